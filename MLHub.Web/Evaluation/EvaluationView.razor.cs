using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;

namespace MLHub.Web.Evaluation;

public sealed partial class EvaluationView : ComponentBase
{
    private EvaluationReport? _drawn;
    private ImportanceChart? _importance;
    private IReadOnlyList<(string Metric, LossCurveChart Chart)> _loss = [];

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    private string ImportanceNote => Report.ImportanceMetric is { } metric
        ? $"how much {MetricWords.Title(metric)} worsens when a column is shuffled"
        : "how much the result worsens when a column is shuffled";

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Report))
        {
            return;
        }

        _drawn = Report;
        _importance = Report.FeatureImportance.Count > 0 ? new(Report.FeatureImportance, Report.ImportanceMetric is { } metric ? MetricWords.Title(metric) : null) : null;
        _loss = [.. LossCurve.Of(Report.LossCurve).Select(c => (c.Metric, new LossCurveChart(c, higherIsBetter: MetricWords.IsHigherBetter(c.Metric))))];
    }
}
