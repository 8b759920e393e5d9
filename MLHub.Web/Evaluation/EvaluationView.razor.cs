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

    /// <summary>Binary: chosen threshold; <c>null</c> is the evaluation's own.</summary>
    [Parameter]
    public double? Threshold { get; set; }

    [Parameter]
    public EventCallback<double?> OnThreshold { get; set; }

    /// <summary>Column by which the rows are grouped.</summary>
    [Parameter]
    public string? Group { get; set; }

    [Parameter]
    public EventCallback<string?> OnGroup { get; set; }

    [Parameter]
    public EventCallback<EvaluationRows> OnRows { get; set; }

    private Task ShowAsync(EvaluationRows rows) => OnRows.InvokeAsync(rows);

    private string ImportanceNote => Report.ImportanceMetric is { } metric
        ? metric is "regrouped" or "reordered" ? $"how much {MetricWords.Title(metric)} changes when a column is shuffled" : $"how much {MetricWords.Title(metric)} worsens when a column is shuffled"
        : "how much the result worsens when a column is shuffled";

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Report))
        {
            return;
        }

        _drawn = Report;
        _importance = Report.FeatureImportance.Count > 0 ? new(Report.FeatureImportance, Report.ImportanceMetric is { } metric and not ("regrouped" or "reordered") ? MetricWords.Title(metric) : null) : null;
        _loss = [.. LossCurve.Of(Report.LossCurve).Select(c => (c.Metric, new LossCurveChart(c, higherIsBetter: MetricWords.IsHigherBetter(c.Metric))))];
    }
}
