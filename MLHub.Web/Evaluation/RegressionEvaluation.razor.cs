using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;

namespace MLHub.Web.Evaluation;

public sealed partial class RegressionEvaluation : ComponentBase
{
    private EvaluationReport? _drawn;
    private PredictedVsActualChart? _scatter;
    private ResidualHistogramChart? _residuals;
    private ResidualsChart? _byPrediction;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Report))
        {
            return;
        }

        _drawn = Report;
        _scatter = Report.PredictedVsActual is { Count: > 0 } rows ? new(rows, Report.Target, Report.Metrics.TryGetValue("r2", out var r2) ? r2 : null) : null;
        _byPrediction = Report.PredictedVsActual is { Count: > 0 } points ? new(points) : null;
        _residuals = Report.ResidualHistogram is { Count: > 0 } bins ? new(bins) : null;
    }
}
