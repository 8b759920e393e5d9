using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Web.Charts;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

public sealed partial class CompareCurves : ComponentBase
{
    private object? _drawn;
    private CurveLook? _look;
    private IReadOnlyList<(string Metric, OverlayChart Chart)> _charts = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<RunView> Runs { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>> Curves { get; set; } = null!;

    /// <summary>Whether the points know when they came.</summary>
    [Parameter]
    public bool HasTimes { get; set; } = true;

    [Parameter]
    public bool ByTime { get; set; }

    [Parameter]
    public bool LogY { get; set; }

    [Parameter]
    public double Smoothing { get; set; }

    [Parameter]
    public EventCallback<CurveLook> OnLook { get; set; }

    protected override void OnParametersSet()
    {
        var look = new CurveLook(ByTime, LogY, Smoothing);
        if (ReferenceEquals(_drawn, Curves) && look == _look)
        {
            return;
        }

        (_drawn, _look) = (Curves, look);
        _charts =
        [
            .. Curves.Values.SelectMany(c => c.Keys).Distinct().Order(StringComparer.Ordinal).Select(metric => (metric, new OverlayChart(
                new(MetricWords.Title(metric), ByTime ? "seconds" : "step", MetricWords.Title(metric),
                    [.. Runs.Where(r => Curves.GetValueOrDefault(r.Id)?.ContainsKey(metric) == true).Select(r => new OverlayLine(r.Name, RunColour.Index(r.Id), Line(Curves[r.Id][metric])))])
                {
                    LogY = LogY,
                    Smoothing = Smoothing,
                    IsLegendLow = MetricWords.IsHigherBetter(metric),
                }))),
        ];
    }

    private IReadOnlyList<(double X, double Y)> Line(IReadOnlyList<MetricPointView> points) =>
        [.. points.Select(p => (ByTime ? (p.At - points[0].At).TotalSeconds : p.Step, p.Value ?? double.NaN))];
}
