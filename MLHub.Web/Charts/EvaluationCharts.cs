using MLHub.Core.Evaluation;

namespace MLHub.Web.Charts;

/// <summary>Which charts an evaluation has, by the names that addresses use.</summary>
public static class EvaluationCharts
{
    public const string Roc = "roc";
    public const string PrecisionRecall = "precision-recall";
    public const string ConfusionMatrix = "confusion-matrix";
    public const string Loss = "loss";
    public const string Calibration = "calibration";
    public const string Scores = "scores";
    public const string Residuals = "residuals";
    public const string Importance = "importance";
    public const string PredictedVsActual = "predicted-vs-actual";
    public const string ResidualsVsPredicted = "residuals-vs-predicted";
    public const string Gains = "gains";
    public const string Map = "map";

    public static IReadOnlyList<string> Names { get; } = [Roc, PrecisionRecall, ConfusionMatrix, Loss, Calibration, Scores, Residuals, Importance, PredictedVsActual, ResidualsVsPredicted, Gains, Map];

    /// <param name="threshold">Marked in the charts; absent takes the evaluation's own.</param>
    /// <returns><c>null</c> when the evaluation has nothing for this chart: another task, or no such learner.</returns>
    public static Chart? Find(EvaluationReport report, string name, double? threshold = null)
    {
        threshold ??= report.Threshold;
        return name switch
        {
            Roc when report.Roc is { Count: > 0 } points => new RocChart([new ClassRoc(report.PositiveClass ?? "model", Metric(report, "auc"), points)], threshold),
            Roc when report.OneVersusRest is { Count: > 0 } classes => new RocChart(classes),
            PrecisionRecall when report.PrecisionRecall is { Count: > 0 } points => new PrecisionRecallChart(points, Prevalence(report), Metric(report, "auprc"), threshold),
            ConfusionMatrix when report.ConfusionMatrix is { } matrix => new ConfusionMatrixChart(matrix),
            Loss when LossCurve.Of(report.LossCurve) is [var first, ..] => new LossCurveChart(first),
            Calibration when report.Calibration is { Count: > 0 } bins => new CalibrationChart(bins),
            Scores when report.ScoreHistogram is { Count: > 0 } bins => new ScoreHistogramChart(bins, Other(report), report.PositiveClass ?? "positive", threshold),
            Scores when report.Anomalies is { } anomalies => new AnomalyScoreChart(anomalies),
            Gains when report.Roc is { Count: > 0 } points && Prevalence(report) is { } share => new GainsChart(points, share),
            Map when report.ClusterMap is { } map => new ClusterMapChart(map),
            ResidualsVsPredicted when report.PredictedVsActual is { Count: > 0 } rows => new ResidualsChart(rows),
            Residuals when report.ResidualHistogram is { Count: > 0 } bins => new ResidualHistogramChart(bins),
            Importance when report.FeatureImportance.Count > 0 => new ImportanceChart(report.FeatureImportance, report.ImportanceMetric),
            PredictedVsActual when report.PredictedVsActual is { Count: > 0 } rows => new PredictedVsActualChart(rows, report.Target, Metric(report, "r2")),
            _ => null,
        };
    }

    /// <summary>Size at which a chart's labels have room.</summary>
    public static ChartSize NaturalSize(Chart chart) => chart switch
    {
        ImportanceChart bars => new(800, bars.NaturalHeight + 40),
        ConfusionMatrixChart => new(720, 640),
        _ => new(800, 500),
    };

    /// <summary>Share of positive rows, out of the confusion matrix.</summary>
    public static double? Prevalence(EvaluationReport report) =>
        report.ConfusionMatrix is { Counts: [var negative, var positive] } && negative.Sum() + positive.Sum() is var all and > 0 ? (double)positive.Sum() / all : null;

    private static double? Metric(EvaluationReport report, string key) => report.Metrics.TryGetValue(key, out var value) ? value : null;

    private static string Other(EvaluationReport report) => report.ConfusionMatrix?.Labels.FirstOrDefault(l => l != report.PositiveClass) ?? "negative";
}
