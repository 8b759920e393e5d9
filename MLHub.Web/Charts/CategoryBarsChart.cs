using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Counts of a few things that have an order of their own: months, weekdays, hours.</summary>
public sealed class CategoryBarsChart(string title, IReadOnlyList<string> names, IReadOnlyList<long> counts, string unit = "rows") : Chart
{
    public override string Title => title;

    public override string Summary => $"{title}: " + string.Join(", ", names.Zip(counts, (name, count) => $"{name} {ChartText.Count(count)}")) + ".";

    public override string XName => "";

    public override string YName => unit;

    public override string Variant => $"{title}/{unit}";

    public override IReadOnlyList<ChartSeries> Series =>
        [new(unit, ChartTheme.CssSeries(0), [.. names.Zip(counts, (name, count) => (name, count)).Select((n, i) => new ChartPoint(i, n.count, n.name))])];

    internal override void Draw(ChartCanvas canvas)
    {
        var every = Math.Max(1, (int)Math.Ceiling(names.Count * Math.Max(34.0, (names.Max(n => n.Length) * 7.5) + 8) / Math.Max(1, canvas.Width - 60)));
        var places = Enumerable.Range(0, names.Count).Where(i => i % every == 0).Select(i => (double)i).ToArray();
        canvas.XAxis(-0.6, names.Count - 0.4, "", new(places, [.. places.Select(p => names[(int)p])]));
        var high = Math.Max(1, counts.DefaultIfEmpty(0).Max()) * 1.06;
        canvas.YAxis(0, high, YName, ticks: ChartTicks.Linear(0, high, canvas.YTarget, wholeNumbers: true));
        canvas.Bars(counts.Select((count, i) => new Bar { Position = i, Value = count, Size = 0.8, FillColor = canvas.Series(0) }));
    }
}
