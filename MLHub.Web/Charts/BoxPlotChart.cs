using MLHub.Core.Common;

namespace MLHub.Web.Charts;

/// <summary>Where the middle half of some values lies, their median, and how far the usual ones reach.</summary>
/// <param name="Low">End of the lower whisker.</param>
public sealed record ChartBox(string Name, double Low, double P25, double Median, double P75, double High, long Count);

/// <summary>Boxes side by side, one per class, or one alone.</summary>
/// <param name="type">Of the values: dates count days since 1970, date-times and times seconds.</param>
public sealed class BoxPlotChart(string column, ColumnType type, IReadOnlyList<ChartBox> boxes, string by = "") : Chart
{
    private readonly IReadOnlyList<ChartBox> _boxes = [.. boxes.Where(b => double.IsFinite(b.Low) && double.IsFinite(b.High)).Take(20)];

    public override string Title => by.Length == 0 ? $"Box plot of {ChartText.Name(column, 60)}" : $"{ChartText.Name(column, 40)} by {ChartText.Name(by, 40)}";

    public override string Summary => _boxes.Count == 0
        ? $"{Title}: no values."
        : $"{Title}: " + string.Join("; ", _boxes.Take(6).Select(b => $"{(b.Name.Length == 0 ? "" : ChartText.Name(b.Name, 40) + ": ")}median {Text(b.Median)}, middle half {Text(b.P25)} to {Text(b.P75)}")) + ". Whiskers reach the last values within 1.5 interquartile ranges.";

    public override string XName => ChartText.Name(by, 40) is "(empty)" ? "" : ChartText.Name(by, 40);

    public override string YName => ChartText.Name(column, 40);

    public override IReadOnlyList<ChartSeries> Series =>
    [
        One("median", b => b.Median), One("lower quartile", b => b.P25), One("upper quartile", b => b.P75), One("lower whisker", b => b.Low), One("upper whisker", b => b.High),
    ];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_boxes.Count == 0)
        {
            canvas.Nothing("No values");
            return;
        }

        var (low, high) = (_boxes.Min(b => b.Low), _boxes.Max(b => b.High));
        var room = high > low ? (high - low) * 0.04 : Math.Max(1, Math.Abs(high) * 0.05);
        var places = Enumerable.Range(0, _boxes.Count).Select(i => (double)i).ToArray();
        var letters = Math.Clamp((canvas.Width - 90) / _boxes.Count / 8, 2, 24);
        canvas.XAxis(-0.6, _boxes.Count - 0.4, XName, new(places, [.. _boxes.Select(b => b.Name.Length == 0 ? "" : ChartText.Name(b.Name, letters))]));
        canvas.YAxis(low - room, high + room, YName, ticks: type switch
        {
            ColumnType.Date => ChartTicks.Dates(low - room, high + room, canvas.YTarget, 86400),
            ColumnType.Datetime or ColumnType.Time => ChartTicks.Dates(low - room, high + room, canvas.YTarget, 1),
            _ => null,
        });
        for (var i = 0; i < _boxes.Count; i++)
        {
            var (box, colour) = (_boxes[i], canvas.Series(_boxes.Count > 1 ? i : 0));
            canvas.Line([(i, box.Low), (i, box.P25)], colour, 1.5f);
            canvas.Line([(i, box.P75), (i, box.High)], colour, 1.5f);
            canvas.Line([(i - 0.12, box.Low), (i + 0.12, box.Low)], colour, 1.5f);
            canvas.Line([(i - 0.12, box.High), (i + 0.12, box.High)], colour, 1.5f);
            var middle = canvas.Plot.Add.Rectangle(i - 0.3, i + 0.3, box.P25, box.P75);
            middle.FillColor = colour.WithAlpha(0.22);
            middle.LineColor = colour;
            middle.LineWidth = 1.5f;
            canvas.Line([(i - 0.3, box.Median), (i + 0.3, box.Median)], colour, 3);
        }
    }

    private ChartSeries One(string name, Func<ChartBox, double> value) =>
        new(name, ChartTheme.CssSeries(0), [.. _boxes.Select((b, i) => new ChartPoint(i, value(b), b.Name.Length == 0 ? ChartText.Name(column, 40) : ChartText.Name(b.Name, 60), $"{ChartText.Count(b.Count)} rows"))]);

    private string Text(double value) => HistogramChart.Edge(type, value);
}
