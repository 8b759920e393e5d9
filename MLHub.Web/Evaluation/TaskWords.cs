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
        TrainingTask.Clustering => "Put similar rows together.",
        _ => "Find the rows that are not like the others.",
    };

    /// <summary>The questions that need a target column.</summary>
    public static IReadOnlyList<TrainingTask> Supervised { get; } = [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression];
}
