using MLHub.Core.Datasets;
using MLHub.Core.Models;
using MLHub.Core.Queries;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Web.Jobs;

/// <summary>Kinds of jobs in words.</summary>
internal static class JobWords
{
    public static string Kind(string kind) => kind switch
    {
        TrainingSpec.JobKind => "Training",
        TrialSpec.JobKind => "Trial",
        ImportResult.JobKind => "Import",
        QueryText.JobKind => "Query",
        PrepareResult.JobKind => "Recipe",
        BatchSpec.JobKind => "Predictions",
        _ => kind.Replace('.', ' ').Replace('_', ' '),
    };
}
