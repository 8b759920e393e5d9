using MLHub.Core.Common;
using MLHub.Core.Datasets;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How the values of a column lie in each class of another, as shares of the class, so that small classes can be compared with large ones.</summary>
public sealed class SplitHistogramChart(ColumnPair pair, ColumnType type) : Chart
{
    private readonly IReadOnlyList<HistogramBin> _bins = pair.Bins ?? [];
    private readonly IReadOnlyList<PairGroup> _groups = pair.Groups ?? [];

    public override string Title => $"Distribution of {ChartText.Name(pair.X, 40)} by {ChartText.Name(pair.Y, 40)}";

    public override string Summary => $"{Title}: " + string.Join(", ", _groups.Select(g => $"{ChartText.Name(g.Value, 40)} {ChartText.Count(g.Count)} rows")) + ".";

    public override string XName => ChartText.Name(pair.X, 40);

    public override string YName => "% of the class";

    public override IReadOnlyList<ChartSeries> Series =>
        [.. _groups.Select((g, i) => new ChartSeries(ChartText.Name(g.Value, 40), ChartTheme.CssSeries(i), [.. _bins.Select((b, at) => new ChartPoint((b.From + b.To) / 2, Share(g, at), $"{Edge(b.From)} … {Edge(b.To)}", $"{ChartText.Count(g.Bins[at])} rows"))]))];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_bins.Count == 0 || _groups.Count == 0)
        {
            canvas.Nothing("No row has both values");
            return;
        }

        var (from, to) = _bins[0].From == _bins[^1].To ? (_bins[0].From - 0.5, _bins[^1].To + 0.5) : (_bins[0].From, _bins[^1].To);
        canvas.XAxis(from, to, XName, type switch
        {
            ColumnType.Date => ChartTicks.Dates(from, to, canvas.XTarget, 86400),
            ColumnType.Datetime or ColumnType.Time => ChartTicks.Dates(from, to, canvas.XTarget, 1),
            _ => null,
        });
        canvas.YAxis(0, _groups.Max(g => g.Bins.Select((_, at) => Share(g, at)).DefaultIfEmpty(0).Max()) * 1.08, YName);
        for (var i = 0; i < _groups.Count; i++)
        {
            var group = _groups[i];
            canvas.Line(_bins.SelectMany((b, at) => new[] { (b.From, Share(group, at)), (b.To, Share(group, at)) }), canvas.Series(i), 2, name: group.Value);
        }

        canvas.Legend(Alignment.UpperRight);
    }

    private static double Share(PairGroup group, int bin) => group.Count == 0 ? 0 : 100.0 * group.Bins[bin] / group.Count;

    private string Edge(double value) => HistogramChart.Edge(type, value);
}
