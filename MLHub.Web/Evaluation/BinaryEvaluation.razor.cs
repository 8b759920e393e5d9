using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;

namespace MLHub.Web.Evaluation;

public sealed partial class BinaryEvaluation : ComponentBase
{
    private EvaluationReport? _drawn;
    private double? _asked;
    private double _threshold;
    private RocChart? _roc;
    private PrecisionRecallChart? _precisionRecall;
    private ScoreHistogramChart? _scores;
    private CalibrationChart? _calibration;
    private GainsChart? _gains;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    /// <summary>From the address; <c>null</c> is the evaluation's own.</summary>
    [Parameter]
    public double? Threshold { get; set; }

    [Parameter]
    public EventCallback<double?> OnThreshold { get; set; }

    /// <summary>A cell of the confusion matrix was chosen: which rows are these?</summary>
    [Parameter]
    public EventCallback<EvaluationRows> OnRows { get; set; }

    /// <summary>Share of positive rows.</summary>
    private double? Prevalence => EvaluationCharts.Prevalence(Report);

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Report) && _asked == Threshold)
        {
            return;
        }

        if (!ReferenceEquals(_drawn, Report))
        {
            _calibration = Report.Calibration is { Count: > 0 } calibration ? new(calibration) : null;
            _gains = Report.Roc is { Count: > 0 } points && Prevalence is { } share and > 0 ? new(points, share) : null;
        }

        (_drawn, _asked) = (Report, Threshold);
        Slide(Threshold is { } asked && double.IsFinite(asked) ? Math.Clamp(asked, 0, 1) : Report.Threshold ?? 0.5);
    }

    private void Slide(double threshold)
    {
        _threshold = threshold;
        _roc = Report.Roc is { Count: > 0 } roc ? new([new ClassRoc(Report.PositiveClass ?? "positive", Metric("auc"), roc)], threshold) : null;
        _precisionRecall = Report.PrecisionRecall is { Count: > 0 } curve ? new(curve, Prevalence, Metric("auprc"), threshold) : null;
        _scores = Report.ScoreHistogram is { Count: > 0 } bins
            ? new(bins, Report.ConfusionMatrix?.Labels[0] ?? "negative", Report.PositiveClass ?? "positive", threshold)
            : null;
    }

    private double? Metric(string key) => Report.Metrics.TryGetValue(key, out var value) ? value : null;

    private Task ShowAsync(ConfusionCell cell) =>
        OnRows.InvokeAsync(new(Report.ConfusionMatrix!.Labels[cell.Actual], Report.ConfusionMatrix.Labels[cell.Predicted], _threshold == Report.Threshold ? null : _threshold));
}

/// <summary>Rows that a part of an evaluation is about.</summary>
/// <param name="Threshold">Binary: another one than the evaluation's own.</param>
public sealed record EvaluationRows(string? Actual, string? Predicted, double? Threshold = null);
