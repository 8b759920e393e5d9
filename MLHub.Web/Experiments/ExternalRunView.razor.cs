using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Web.Charts;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

public sealed partial class ExternalRunView : ComponentBase
{
    /// <summary>Charts are drawn on the server, again and again while the run goes on.</summary>
    private const int MaxShown = 8;
    private const int MaxListed = 300;

    private object? _drawn;
    private IReadOnlyList<LossCurve> _all = [];
    private IReadOnlyList<(string Metric, LossCurveChart Chart)> _charts = [];
    private string _search = "";
    private bool _logY;
    private double _smoothing;
    private int _found;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>> Curves { get; set; } = new Dictionary<string, IReadOnlyList<MetricPointView>>();

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_drawn, Curves))
        {
            _drawn = Curves;
            _all = LossCurve.Of(Curves);
            Draw();
        }
    }

    private void Draw()
    {
        var found = _all.Where(c => c.Metric.Contains(_search, StringComparison.OrdinalIgnoreCase)).ToList();
        _found = found.Count;
        _charts = [.. found.Take(MaxShown).Select(c => (c.Metric, new LossCurveChart(c, _logY, _smoothing, MetricWords.IsHigherBetter(c.Metric))))];
    }

    private void Smooth(ChangeEventArgs change)
    {
        _smoothing = double.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out var value) ? value : 0;
        Draw();
    }
}
