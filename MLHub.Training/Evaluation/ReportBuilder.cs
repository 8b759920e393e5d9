using MLHub.Core.Evaluation;
using MLHub.Core.Training;

namespace MLHub.Training.Evaluation;

/// <summary>Turns scored rows into the report: numbers from all rows, curves for people.</summary>
/// <param name="target">Empty where nothing is predicted.</param>
/// <param name="classes">Binary and labels of anomalies: negative first. Empty where there are none.</param>
internal sealed class ReportBuilder(TrainingTask task, string target, IReadOnlyList<string> classes, int seed)
{
    private static readonly Dictionary<string, string> _prefixes = new() { ["train"] = "train_", ["validation"] = "val_", ["test"] = "", ["folds"] = "" };

    /// <param name="parts">The part that counts comes first.</param>
    /// <param name="training">Truth of the training rows, for the baseline.</param>
    public EvaluationReport Build(IReadOnlyList<ScoredRows> parts, double[] training, CancellationToken cancellationToken)
    {
        var main = parts[0];
        var metrics = parts.ToDictionary(p => p.Part, Judge);
        var intervals = task == TrainingTask.Clustering ? null : Bootstrap.Intervals(task, classes.Count, main, metrics[main.Part].Values, seed, cancellationToken);
        var report = new EvaluationReport
        {
            Task = task,
            Target = target,
            Part = main.Part,
            Metrics = metrics[main.Part].Values,
            Baseline = BaselineOf(main, training),
            Parts = parts.ToDictionary(p => p.Part, p => new PartEvaluation(p.Actual.Length, metrics[p.Part].Values)),
            Intervals = intervals is { Count: > 0 } ? intervals : null,
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
                Thresholds = BinaryMetrics.Thresholds(main.Actual, main.Scores),
            },
            TrainingTask.Multiclass => Multiclass(report, main),
            TrainingTask.Clustering => report with { ClusterMap = PrincipalPlane.Map(main) },
            TrainingTask.Anomaly => Anomaly(report, main),
            _ => report with
            {
                PredictedVsActual = RegressionMetrics.Scatter(main.RowIds, main.Actual, main.Scores),
                ResidualHistogram = RegressionMetrics.Residuals(main.Actual, main.Scores),
                ErrorByDecile = RegressionMetrics.Deciles(main.Actual, main.Scores),
            },
        };
    }

    private MetricSet Judge(ScoredRows rows)
    {
        if (task != TrainingTask.Clustering)
        {
            return MetricSet.Of(task, classes.Count, rows.Actual, rows.Scores);
        }

        var clusters = ClusterMetrics.Assign(rows);
        return ClusterMetrics.Of(rows.Features!, clusters, [.. clusters.Select((c, r) => rows.Scores[(r * rows.Outputs) + c])], seed);
    }

    private EvaluationReport Multiclass(EvaluationReport report, ScoredRows main)
    {
        var rest = MulticlassMetrics.OneVersusRest(classes, main.Actual, main.Scores);
        return report with
        {
            ConfusionMatrix = MulticlassMetrics.Confusion(classes, main.Actual, main.Scores),
            PerClass = [.. MulticlassMetrics.PerClass(classes, main.Actual, main.Scores).Select((c, i) => c with { Auc = i < rest.Count ? rest[i].Auc : null })],
            Averages = MulticlassMetrics.Averages(classes, main.Actual, main.Scores),
            OneVersusRest = rest,
        };
    }

    /// <summary>Curves where labels tell which rows are unusual.</summary>
    private EvaluationReport Anomaly(EvaluationReport report, ScoredRows main)
    {
        if (!report.Metrics.ContainsKey("auc"))
        {
            return report;
        }

        var known = main.Take([.. Enumerable.Range(0, main.Actual.Length).Where(r => !double.IsNaN(main.Actual[r]))]);
        return report with
        {
            PositiveClass = classes[1],
            Roc = BinaryMetrics.Roc(known.Actual, known.Scores),
            PrecisionRecall = BinaryMetrics.PrecisionRecall(known.Actual, known.Scores),
        };
    }

    /// <summary>All parts under one roof: <c>auc</c>, <c>train_auc</c>, <c>val_auc</c>. Folds stand in for test rows where there are none.</summary>
    public static Dictionary<string, double> Flatten(EvaluationReport report) =>
        report.Parts
            .Where(p => p.Key != "folds" || report.Part == "folds")
            .SelectMany(p => p.Value.Metrics.Select(m => (Name: _prefixes[p.Key] + m.Key, m.Value)))
            .Where(m => double.IsFinite(m.Value))
            .ToDictionary(m => m.Name, m => m.Value);

    private Baseline BaselineOf(ScoredRows main, double[] training)
    {
        var actual = main.Actual;
        if (task == TrainingTask.Clustering)
        {
            var features = main.Features!;
            var mean = ClusterMetrics.Mean(features, Enumerable.Range(0, features.Rows).ToArray());
            return new("puts all rows into one group", new Dictionary<string, double> { ["avg_distance"] = Enumerable.Range(0, features.Rows).Average(r => ClusterMetrics.Distance(features.Row(r), mean)) });
        }

        if (task == TrainingTask.Anomaly)
        {
            return new("gives every row the same score", MetricSet.Of(task, classes.Count, actual, new double[actual.Length]).Values);
        }

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
