using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Charts;

/// <summary>Two columns of numbers or moments; each dot is a row.</summary>
public sealed class PairScatterChart(ColumnPair pair, ColumnType xType, ColumnType yType) : Chart
{
    private readonly IReadOnlyList<PairPoint> _points = [.. (pair.Points ?? []).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).OrderBy(p => p.X)];

    public override string Title => $"{ChartText.Name(pair.X, 40)} and {ChartText.Name(pair.Y, 40)}";

    public override string Summary => $"{Title}: {ChartText.Count(_points.Count)} of {ChartText.Count(pair.Rows)} rows.";

    public override string XName => ChartText.Name(pair.X, 40);

    public override string YName => ChartText.Name(pair.Y, 40);

    public override ChartHover Hover => ChartHover.Nearest;

    public override IReadOnlyList<ChartSeries> Series =>
        [new(Title, ChartTheme.CssSeries(0), [.. _points.Select(p => new ChartPoint(p.X, p.Y, HistogramChart.Edge(xType, p.X), $"row {p.RowId + 1}", HistogramChart.Edge(yType, p.Y)))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_points.Count == 0)
        {
            canvas.Nothing("No row has both values");
            return;
        }

        var (left, right, low, high) = (_points[0].X, _points[^1].X, _points.Min(p => p.Y), _points.Max(p => p.Y));
        var (across, up) = ((right - left) * 0.03, (high - low) * 0.03);
        canvas.XAxis(left - across, right + across, XName, Ticks(xType, left - across, right + across, canvas.XTarget));
        canvas.YAxis(low - up, high + up, YName, ticks: Ticks(yType, low - up, high + up, canvas.YTarget));
        canvas.Dots(_points.Select(p => (p.X, p.Y)), canvas.Series(0).WithAlpha(_points.Count > 400 ? 0.4 : 0.7), _points.Count > 600 ? 4 : 6);
    }

    private static ChartTicks? Ticks(ColumnType type, double from, double to, int target) => from >= to ? null : type switch
    {
        ColumnType.Date => ChartTicks.Dates(from, to, target, 86400),
        ColumnType.Datetime or ColumnType.Time => ChartTicks.Dates(from, to, target, 1),
        _ => null,
    };
}
