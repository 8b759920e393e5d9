using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Web.Charts;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

public sealed partial class LiveView : ComponentBase
{
    private static readonly (string Key, string Name)[] AllStages =
    [
        ("reading", "Read the rows"),
        ("preparing", "Prepare the columns"),
        ("training", "Train"),
        ("evaluating", "Evaluate"),
        ("saving", "Save the model"),
    ];

    private IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>? _drawn;
    private IReadOnlyList<(string Metric, LossCurveChart Chart)> _charts = [];
    private bool _logY;
    private double _smoothing;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    [Parameter]
    public AlgorithmDescriptor? Algorithm { get; set; }

    [Parameter]
    public IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>> Curves { get; set; } = new Dictionary<string, IReadOnlyList<MetricPointView>>();

    [Parameter]
    public IReadOnlyList<JobLogLine> Lines { get; set; } = [];

    [Parameter]
    public int? Position { get; set; }

    private string NoCurve => Algorithm?.Curve switch
    {
        CurveKind.Afterwards => "This algorithm tells its learning curve when it has ended.",
        CurveKind.None => "This algorithm has no learning curve; progress and log tell how far it is.",
        _ => "The curve appears with the first iterations.",
    };

    private List<KeyValuePair<string, RunMetricView>> Latest => [.. Run.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal)];

    /// <summary>Stages with <c>done</c>, <c>now</c> or <c>later</c>.</summary>
    private IEnumerable<(string Name, string Mark)> Stages
    {
        get
        {
            var now = Run.State == RunState.Queued ? -1 : Array.FindIndex(AllStages, s => s.Key == Run.Stage);
            return AllStages.Select((s, i) => (s.Name, i < now ? "done" : i == now ? "now" : "later"));
        }
    }

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_drawn, Curves))
        {
            _drawn = Curves;
            Draw();
        }
    }

    private void Draw() =>
        _charts = [.. LossCurve.Of(Curves).Select(c => (c.Metric, new LossCurveChart(c, _logY, _smoothing, MetricWords.IsHigherBetter(c.Metric))))];

    private void Smooth(ChangeEventArgs change)
    {
        _smoothing = double.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out var value) ? value : 0;
        Draw();
    }
}
