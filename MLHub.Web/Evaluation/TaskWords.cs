using MLHub.Core.Training;

namespace MLHub.Web.Evaluation;

/// <summary>Tasks in the words of somebody who has a question.</summary>
internal static class TaskWords
{
    public static string Title(TrainingTask task) => task switch
    {
        TrainingTask.Binary => "Yes or no",
        TrainingTask.Multiclass => "Which of several",
        TrainingTask.Regression => "How much",
        TrainingTask.Clustering => "Find groups",
        _ => "Find the unusual",
    };

    public static string Name(TrainingTask task) => task switch
    {
        TrainingTask.Binary => "Binary classification",
        TrainingTask.Multiclass => "Multiclass classification",
        TrainingTask.Regression => "Regression",
        TrainingTask.Clustering => "Clustering",
        _ => "Anomaly detection",
    };

    public static string Example(TrainingTask task) => task switch
    {
        TrainingTask.Binary => "Predict one of two values: will a customer leave?",
        TrainingTask.Multiclass => "Predict one of several values: which species is it?",
        TrainingTask.Regression => "Predict a number: what is it worth?",
        TrainingTask.Clustering => "Put similar rows together: which kinds of customers are there?",
        _ => "Find the rows that are not like the others: which payments look odd?",
    };

    public static IReadOnlyList<TrainingTask> All { get; } = Enum.GetValues<TrainingTask>();

    /// <summary>Whether the question is about a column. Anomalies may be labelled by one, but need not be.</summary>
    public static bool NeedsTarget(TrainingTask task) => task is TrainingTask.Binary or TrainingTask.Multiclass or TrainingTask.Regression;
}
