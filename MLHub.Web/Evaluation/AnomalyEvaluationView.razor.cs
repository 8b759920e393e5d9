using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;

namespace MLHub.Web.Evaluation;

public sealed partial class AnomalyEvaluationView : ComponentBase
{
    private EvaluationReport? _drawn;
    private AnomalyScoreChart? _scores;
    private RocChart? _roc;
    private PrecisionRecallChart? _precisionRecall;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    [Parameter]
    public EventCallback<EvaluationRows> OnRows { get; set; }

    private bool HasLabels => Report.Anomalies!.Top.Any(r => r.Label is not null);

    private bool HasReasons => Report.Anomalies!.Top.Any(r => r.Reasons.Count > 0);

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Report))
        {
            return;
        }

        _drawn = Report;
        _scores = Report.Anomalies is { } anomalies ? new(anomalies) : null;
        _roc = Report.Roc is { Count: > 0 } roc ? new([new ClassRoc(Report.PositiveClass ?? "unusual", Metric("auc"), roc)]) : null;
        _precisionRecall = Report.PrecisionRecall is { Count: > 0 } curve ? new(curve, null, Metric("auprc")) : null;
    }

    private double? Metric(string key) => Report.Metrics.TryGetValue(key, out var value) ? value : null;
}
