using MLHub.Core.Evaluation;
using MLHub.Core.Training;

namespace MLHub.Training.Evaluation;

/// <summary>Turns scored rows into the report: numbers from all rows, curves for people.</summary>
/// <param name="classes">Binary: negative first. Empty for regression.</param>
internal sealed class ReportBuilder(TrainingTask task, string target, IReadOnlyList<string> classes)
{
    private static readonly Dictionary<string, string> _prefixes = new() { ["train"] = "train_", ["validation"] = "val_", ["test"] = "", ["folds"] = "" };

    /// <param name="parts">The part that counts comes first.</param>
    /// <param name="training">Truth of the training rows, for the baseline.</param>
    public EvaluationReport Build(IReadOnlyList<ScoredRows> parts, double[] training)
    {
        var main = parts[0];
        var metrics = parts.ToDictionary(p => p.Part, p => MetricSet.Of(task, classes.Count, p.Actual, p.Scores));
        var report = new EvaluationReport
        {
            Task = task,
            Target = target,
            Part = main.Part,
            Metrics = metrics[main.Part].Values,
            Baseline = BaselineOf(main.Actual, training),
            Parts = parts.ToDictionary(p => p.Part, p => new PartEvaluation(p.Actual.Length, metrics[p.Part].Values)),
            Warnings = metrics[main.Part].Undefined,
        };
        return task switch
        {
            TrainingTask.Binary => report with
            {
                PositiveClass = classes[1],
                Threshold = BinaryMetrics.Threshold,
                ConfusionMatrix = BinaryMetrics.Confusion(classes, main.Actual, main.Scores),
                Roc = BinaryMetrics.Roc(main.Actual, main.Scores),
                PrecisionRecall = BinaryMetrics.PrecisionRecall(main.Actual, main.Scores),
                Calibration = BinaryMetrics.Calibration(main.Actual, main.Scores),
                ScoreHistogram = BinaryMetrics.ScoreHistogram(main.Actual, main.Scores),
            },
            TrainingTask.Multiclass => report with
            {
                ConfusionMatrix = MulticlassMetrics.Confusion(classes, main.Actual, main.Scores),
                PerClass = MulticlassMetrics.PerClass(classes, main.Actual, main.Scores),
                OneVersusRest = MulticlassMetrics.OneVersusRest(classes, main.Actual, main.Scores),
            },
            _ => report with
            {
                PredictedVsActual = RegressionMetrics.Scatter(main.RowIds, main.Actual, main.Scores),
                ResidualHistogram = RegressionMetrics.Residuals(main.Actual, main.Scores),
            },
        };
    }

    /// <summary>All parts under one roof: <c>auc</c>, <c>train_auc</c>, <c>val_auc</c>. Folds stand in for test rows where there are none.</summary>
    public static Dictionary<string, double> Flatten(EvaluationReport report) =>
        report.Parts
            .Where(p => p.Key != "folds" || report.Part == "folds")
            .SelectMany(p => p.Value.Metrics.Select(m => (Name: _prefixes[p.Key] + m.Key, m.Value)))
            .Where(m => double.IsFinite(m.Value))
            .ToDictionary(m => m.Name, m => m.Value);

    private Baseline BaselineOf(double[] actual, double[] training)
    {
        if (task == TrainingTask.Regression)
        {
            var mean = training.Average();
            return new($"always answers the mean of the training rows, {mean:G6}", MetricSet.Of(task, 0, actual, [.. actual.Select(_ => mean)]).Values);
        }

        var shares = new double[classes.Count];
        foreach (var label in training)
        {
            shares[(int)label] += 1d / training.Length;
        }

        var scores = task == TrainingTask.Binary
            ? Enumerable.Repeat(shares[1], actual.Length).ToArray()
            : [.. actual.SelectMany(_ => shares)];
        return new(
            $"always answers '{classes[MulticlassMetrics.Predicted(shares)]}', the most frequent class, with the shares of the training rows as probabilities",
            MetricSet.Of(task, classes.Count, actual, scores).Values);
    }
}
