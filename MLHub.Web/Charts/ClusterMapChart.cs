using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Each dot is a row, placed along the two directions in which rows differ most; its colour is its group.</summary>
public sealed class ClusterMapChart(ClusterMap map) : Chart
{
    private readonly IReadOnlyList<ClusterMapPoint> _points = [.. map.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).Take(EvaluationReport.MaxScatterPoints)];

    public override string Title => "Map of the groups";

    public override string Summary => $"{Title}: {ChartText.Count(_points.Count)} rows; the plane shows {ChartText.Percent(map.Explained.Sum())} of how they differ.";

    public override string XName => Direction("first direction", 0);

    public override string YName => Direction("second direction", 1);

    public override ChartHover Hover => ChartHover.Nearest;

    public override IReadOnlyList<ChartSeries> Series =>
        [.. Groups().Select(g => new ChartSeries($"group {g.Key}", ChartTheme.CssSeries(g.Key - 1), [.. g.Select(p => new ChartPoint(p.X, p.Y, Note: $"row {p.RowId + 1}, group {p.Cluster}"))]))];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_points.Count == 0)
        {
            canvas.Nothing("No rows");
            return;
        }

        var (left, right, low, high) = (_points.Min(p => p.X), _points.Max(p => p.X), _points.Min(p => p.Y), _points.Max(p => p.Y));
        canvas.XAxis(left - ((right - left) * 0.03), right + ((right - left) * 0.03), XName);
        canvas.YAxis(low - ((high - low) * 0.03), high + ((high - low) * 0.03), YName);
        foreach (var group in Groups())
        {
            canvas.Dots(group.Select(p => (p.X, p.Y)), canvas.Series(group.Key - 1).WithAlpha(_points.Count > 300 ? 0.55 : 0.75), _points.Count > 600 ? 4 : 6, group.Key <= canvas.LegendRoom ? $"group {group.Key}" : null);
        }

        canvas.Legend(Alignment.UpperRight);
    }

    private IEnumerable<IGrouping<int, ClusterMapPoint>> Groups() => _points.GroupBy(p => p.Cluster).OrderBy(g => g.Key);

    private string Direction(string name, int index) => index < map.Explained.Count ? $"{name} ({ChartText.Percent(map.Explained[index])})" : name;
}
