using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Web.Charts;
using ResidualBin = MLHub.Core.Evaluation.HistogramBin;

namespace MLHub.Tests.Charts;

/// <summary>One chart of each kind, with plausible or with poor data.</summary>
public static class ChartSamples
{
    public static readonly string[] HostileNames = ["<script>alert(1)</script>", "\"quoted\" & 'odd'", "]]>", "\u202Eright to left", "עברית", "日本", "a\0b\u0001c", "\uD800 half", "line\nbreak", new('x', 5000), "", "=cmd()"];

    static ChartSamples() => ChartFonts.Register(ChartFonts.Folder);

    public static IReadOnlyList<string> Kinds { get; } =
        ["loss", "loss log", "roc", "roc many", "precision-recall", "calibration", "scores", "predicted-vs-actual", "residuals", "importance", "histogram", "dates", "top values", "confusion-matrix", "trials"];

    public static TheoryData<string> All => new(Kinds);

    public static Chart Plausible(string kind) => Named(kind, ["setosa", "versicolor", "virginica"]);

    public static Chart Named(string kind, IReadOnlyList<string> names) => kind switch
    {
        "loss" => new LossCurveChart(Loss(names[0], [.. Enumerable.Range(1, 40).Select(i => 1d / i)]), smoothing: 0.6),
        "loss log" => new LossCurveChart(Loss(names[0], [.. Enumerable.Range(1, 40).Select(i => 1d / i)]), logY: true),
        "roc" => new RocChart([Roc(names[0])], 0.4),
        "roc many" => new RocChart([.. names.Select(Roc)]),
        "precision-recall" => new PrecisionRecallChart([new(0, 1, null), new(0.5, 0.9, 0.6), new(1, 0.3, 0.1)], 0.3, 0.8, 0.5),
        "calibration" => new CalibrationChart([new(0, 0.5, 90, 0.2, 0.25), new(0.5, 1, 10, 0.8, 0.7)]),
        "scores" => new ScoreHistogramChart([new(0, 0.5, 3, 40), new(0.5, 1, 20, 5)], names[0], names[^1], 0.5),
        "predicted-vs-actual" => new PredictedVsActualChart([.. Enumerable.Range(0, 50).Select(i => new PredictedActual(i, i * 1.1, i))], names[0], 0.93),
        "residuals" => new ResidualHistogramChart([new(-2, -1, 4), new(-1, 0, 30), new(0, 1, 33), new(1, 2, 3)]),
        "importance" => new ImportanceChart([.. names.Select((n, i) => new FeatureImportance(n, 0.2 / (i + 1), 0.01))], names[0]),
        "histogram" => new HistogramChart(names[0], ColumnType.Integer, [new(0, 10, 5), new(10, 20, 9)]),
        "dates" => new HistogramChart(names[0], ColumnType.Date, [new(18000, 18200, 5), new(18200, 18400, 9)]),
        "top values" => new TopValuesChart(names[0], [.. names.Select((n, i) => new ValueCount(Json(n), 20 - i))], 100),
        "confusion-matrix" => new ConfusionMatrixChart(Matrix(names)),
        "trials" => new TrialsChart([.. Enumerable.Range(1, 9).Select(i => new TrialDot(i, names[i % names.Count], i % names.Count, 1 - (1.0 / i), names[0]))], names[0], higherIsBetter: true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static Chart Empty(string kind) => kind switch
    {
        "loss" or "loss log" => new LossCurveChart(new("loss", []), logY: kind == "loss log"),
        "roc" or "roc many" => new RocChart([]),
        "precision-recall" => new PrecisionRecallChart([]),
        "calibration" => new CalibrationChart([]),
        "scores" => new ScoreHistogramChart([]),
        "predicted-vs-actual" => new PredictedVsActualChart([]),
        "residuals" => new ResidualHistogramChart([]),
        "importance" => new ImportanceChart([]),
        "histogram" or "dates" => new HistogramChart("x", kind == "dates" ? ColumnType.Datetime : ColumnType.Number, []),
        "top values" => new TopValuesChart("x", [], 0),
        "confusion-matrix" => new ConfusionMatrixChart(new([], [])),
        "trials" => new TrialsChart([], "AUC", higherIsBetter: true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <param name="value">In place of every number.</param>
    public static Chart Of(string kind, double value, int points) => kind switch
    {
        "loss" or "loss log" => new LossCurveChart(Loss("loss", [.. Enumerable.Repeat(value, points)]), logY: kind == "loss log", smoothing: 0.9),
        "roc" or "roc many" => new RocChart([new("a", value, [.. Enumerable.Repeat(new RocPoint(value, value, value), points)])], value),
        "precision-recall" => new PrecisionRecallChart([.. Enumerable.Repeat(new PrecisionRecallPoint(value, value, value), points)], value, value, value),
        "calibration" => new CalibrationChart([.. Enumerable.Repeat(new CalibrationBin(value, value, 3, value, value), points)]),
        "scores" => new ScoreHistogramChart([.. Enumerable.Repeat(new ScoreBin(value, value, 3, 3), points)], threshold: value),
        "predicted-vs-actual" => new PredictedVsActualChart([.. Enumerable.Repeat(new PredictedActual(1, value, value), points)], r2: value),
        "residuals" => new ResidualHistogramChart([.. Enumerable.Repeat(new ResidualBin(value, value, 3), points)]),
        "importance" => new ImportanceChart([.. Enumerable.Repeat(new FeatureImportance("a", value, value), points)]),
        "histogram" or "dates" => new HistogramChart("x", kind == "dates" ? ColumnType.Datetime : ColumnType.Number, [.. Enumerable.Repeat(new Core.Datasets.HistogramBin(value, value, 3), points)]),
        "top values" => new TopValuesChart("x", [.. Enumerable.Repeat(new ValueCount(Json("a"), 3), points)], 0),
        "confusion-matrix" => new ConfusionMatrixChart(Matrix([.. Enumerable.Repeat("a", points)])),
        "trials" => new TrialsChart([.. Enumerable.Range(1, points).Select(i => new TrialDot(i, "a", 0, value))], "AUC", higherIsBetter: false),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static LossCurve Loss(string metric, IReadOnlyList<double> values) => new(metric,
    [
        new("training", LossPart.Training, [.. values.Select((v, i) => new LossStep(i + 1, v))]),
        new("validation", LossPart.Validation, [.. values.Select((v, i) => new LossStep(i + 1, v + 0.1))]),
    ]);

    public static ConfusionMatrix Matrix(IReadOnlyList<string> labels) =>
        new(labels, [.. labels.Select((_, a) => (IReadOnlyList<long>)[.. labels.Select((_, p) => a == p ? 47L : 1)])]);

    public static EvaluationReport Report() => new()
    {
        Task = TrainingTask.Binary,
        Target = "churn",
        Part = "test",
        Metrics = new Dictionary<string, double> { ["auc"] = 0.93, ["auprc"] = 0.81 },
        Baseline = new("always answers 'no'", new Dictionary<string, double>()),
        Parts = new Dictionary<string, PartEvaluation>(),
        PositiveClass = "yes",
        Threshold = 0.5,
        ConfusionMatrix = new(["no", "yes"], [[70, 5], [3, 22]]),
        Roc = Roc("yes").Points,
        LossCurve = [new("train_log_loss", [new(1, 0.6), new(2, 0.4)]), new("val_log_loss", [new(1, 0.7), new(2, 0.5)])],
        FeatureImportance = [new("age", 0.2, 0.01)],
        ImportanceMetric = "auc",
    };

    public static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);

    private static ClassRoc Roc(string label) => new(label, 0.9, [new(0, 0, null), new(0.1, 0.7, 0.8), new(0.3, 0.9, 0.4), new(1, 1, 0.05)]);
}
