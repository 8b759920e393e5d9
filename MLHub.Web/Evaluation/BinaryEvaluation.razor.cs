using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;

namespace MLHub.Web.Evaluation;

public sealed partial class BinaryEvaluation : ComponentBase
{
    private EvaluationReport? _drawn;
    private RocChart? _roc;
    private PrecisionRecallChart? _precisionRecall;
    private ScoreHistogramChart? _scores;
    private CalibrationChart? _calibration;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    /// <summary>Share of positive rows.</summary>
    private double? Prevalence => Report.ConfusionMatrix is { Counts: [var negative, var positive] } && negative.Sum() + positive.Sum() is > 0 and var all
        ? (double)positive.Sum() / all
        : null;

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Report))
        {
            return;
        }

        _drawn = Report;
        _roc = Report.Roc is { Count: > 0 } roc ? new([new ClassRoc(Report.PositiveClass ?? "positive", Metric("auc"), roc)], Report.Threshold) : null;
        _precisionRecall = Report.PrecisionRecall is { Count: > 0 } curve ? new(curve, Prevalence, Metric("auprc"), Report.Threshold) : null;
        _scores = Report.ScoreHistogram is { Count: > 0 } bins
            ? new(bins, Report.ConfusionMatrix?.Labels[0] ?? "negative", Report.PositiveClass ?? "positive", Report.Threshold)
            : null;
        _calibration = Report.Calibration is { Count: > 0 } calibration ? new(calibration) : null;
    }

    private double? Metric(string key) => Report.Metrics.TryGetValue(key, out var value) ? value : null;
}
