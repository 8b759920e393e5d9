using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Training;

namespace MLHub.Web.Evaluation;

/// <summary>What the metrics of the REST contract are called on pages, which of them counts first, and which way is better.</summary>
internal static class MetricWords
{
    private static readonly Dictionary<string, Word> Words = new()
    {
        ["auc"] = new("AUC", "The chance that a positive row gets a higher score than a negative one. 0.5 is guessing, 1 is perfect.", true),
        ["auprc"] = new("AUPRC", "Area under the precision–recall curve; its floor is the share of positive rows.", true),
        ["accuracy"] = new("Accuracy", "Share of rows that are answered right.", true),
        ["f1"] = new("F1", "Harmonic mean of precision and recall.", true),
        ["precision"] = new("Precision", "Of the rows called positive, the share that is.", true),
        ["recall"] = new("Recall", "Of the positive rows, the share that is found.", true),
        ["log_loss"] = new("Log loss", "How surprised the model is by the truth; sure and wrong costs most. Lower is better.", false),
        ["macro_f1"] = new("F1 (macro)", "Mean of the classes' F1: small classes count as much as large ones.", true),
        ["micro_f1"] = new("F1 (micro)", "F1 over all rows together.", true),
        ["macro_precision"] = new("Precision (macro)", "Mean of the classes' precision.", true),
        ["macro_recall"] = new("Recall (macro)", "Mean of the classes' recall.", true),
        ["r2"] = new("R²", "Share of the target's variance that is explained. 0 is as good as the mean, 1 is perfect.", true),
        ["rmse"] = new("RMSE", "Root of the mean squared error, in the target's unit; large errors count most. Lower is better.", false),
        ["mae"] = new("MAE", "Mean absolute error, in the target's unit. Lower is better.", false),
        ["mape"] = new("MAPE", "Mean absolute error relative to the true value. Lower is better; misleading near zero.", false),
        ["regrouped"] = new("the share of rows in their group", "How many rows change their group.", false),
        ["reordered"] = new("the order of the scores", "How far the order of the scores changes.", false),
        ["silhouette"] = new("Silhouette", "How much closer rows are to their own group than to the next one: −1 … 1.", true),
        ["davies_bouldin"] = new("Davies–Bouldin", "How much groups overlap. Lower is better.", false),
        ["avg_distance"] = new("Mean distance", "From a row to the centre of its group. Lower is better.", false),
    };

    /// <summary>Metrics of the REST contract, the most telling first.</summary>
    public static IEnumerable<string> Known => Words.Keys;

    /// <summary>The metric that stands first for a task.</summary>
    public static string Primary(TrainingTask task) => Of(task)[0];

    /// <summary>The metric that a run is first judged by: its task's (of a trial that on folds or validation rows), else one that is known here, else the first it logged.</summary>
    public static string? Primary(RunView run) =>
        run.Task is { } task && new[] { "", "cv_", "val_" }.Select(part => part + Primary(task)).FirstOrDefault(run.Metrics.ContainsKey) is { } first ? first
        : Words.Keys.FirstOrDefault(run.Metrics.ContainsKey) ?? run.Metrics.Keys.Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>All metrics of a task, the first one first.</summary>
    public static IReadOnlyList<string> Of(TrainingTask task) => task switch
    {
        TrainingTask.Binary => ["auc", "accuracy", "f1", "precision", "recall", "auprc", "log_loss"],
        TrainingTask.Multiclass => ["accuracy", "macro_f1", "macro_precision", "macro_recall", "micro_f1", "log_loss"],
        TrainingTask.Regression => ["r2", "rmse", "mae", "mape"],
        TrainingTask.Clustering => ["silhouette", "davies_bouldin", "avg_distance"],
        _ => ["auc", "auprc"],
    };

    /// <summary>Title of a key, with the part that it was measured on: <c>val_auc</c> → “AUC, validation”.</summary>
    public static string Title(string key)
    {
        if (Words.TryGetValue(key, out var word))
        {
            return word.Title;
        }

        var (part, rest) = Split(key);
        return part is null ? key : $"{(Words.TryGetValue(rest, out var known) ? known.Title : rest)}, {part}";
    }

    public static string? Help(string key) => Words.TryGetValue(Split(key).Metric, out var word) ? word.Help : null;

    public static bool IsHigherBetter(string key) => Words.TryGetValue(Split(key).Metric, out var word) ? word.IsHigherBetter : MetricDirection.IsHigherBetter(key);

    /// <summary>What answering without looking reaches. The mean's R² on other rows is a hair off zero, which says nothing: it counts as zero.</summary>
    public static double? OfBaseline(EvaluationReport report, string key) =>
        report.Baseline.Metrics.TryGetValue(key, out var value) ? key == "r2" && Math.Abs(value) < 0.00005 ? 0 : value : null;

    private static (string? Part, string Metric) Split(string key) => key switch
    {
        _ when key.StartsWith("train_", StringComparison.Ordinal) => ("training", key["train_".Length..]),
        _ when key.StartsWith("val_", StringComparison.Ordinal) => ("validation", key["val_".Length..]),
        _ when key.StartsWith("cv_", StringComparison.Ordinal) => ("cross-validated", key["cv_".Length..]),
        _ => (null, key),
    };

    private sealed record Word(string Title, string Help, bool IsHigherBetter);
}
