namespace MLHub.Core.Training.Search;

/// <summary>What trials can be judged by.</summary>
public static class SearchMetrics
{
    private static readonly string[] LowerIsBetter = ["log_loss", "rmse", "mae", "mape"];

    /// <summary>Metrics of a task, the usual one first; empty for tasks without a truth to compare with.</summary>
    public static IReadOnlyList<string> Of(TrainingTask task) => task switch
    {
        TrainingTask.Binary => ["auc", "log_loss", "accuracy", "f1", "auprc", "precision", "recall"],
        TrainingTask.Multiclass => ["macro_f1", "log_loss", "accuracy", "micro_f1", "macro_precision", "macro_recall"],
        TrainingTask.Regression => ["rmse", "mae", "r2", "mape"],
        _ => [],
    };

    public static bool IsHigherBetter(string metric) => !LowerIsBetter.Contains(metric);
}
