using MLHub.Core.Common;
using MLHub.Core.Datasets;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How the values of a column lie.</summary>
/// <param name="type">Of the column: dates count days since 1970, date-times and times seconds, text characters.</param>
public sealed class HistogramChart(string column, ColumnType type, IReadOnlyList<HistogramBin> bins) : Chart
{
    private readonly IReadOnlyList<HistogramBin> _bins = [.. bins.Where(b => double.IsFinite(b.From) && double.IsFinite(b.To) && b.To >= b.From).OrderBy(b => b.From)];

    public HistogramChart(ColumnProfile column) : this(column.Name, column.Type, column.Histogram)
    {
    }

    public override string Title => $"Distribution of {ChartText.Name(column, 60)}";

    public override string Summary => _bins.Count == 0
        ? $"{Title}: no values."
        : $"{Title}: {ChartText.Count(_bins.Sum(b => b.Count))} values from {Text(_bins[0].From)} to {Text(_bins[^1].To)}, most between {Text(_bins.MaxBy(b => b.Count)!.From)} and {Text(_bins.MaxBy(b => b.Count)!.To)}.";

    public override string XName => type == ColumnType.Text ? "length in characters" : ChartText.Name(column, 40);

    public override string YName => "rows";

    public override IReadOnlyList<ChartSeries> Series =>
        [new("rows", ChartTheme.CssSeries(0), [.. _bins.Select(b => new ChartPoint((b.From + b.To) / 2, b.Count, $"{Text(b.From)} … {Text(b.To)}"))])];

    /// <summary>A range of numbers in words.</summary>
    public static string Range(double from, double to) => $"{ChartText.Number(from)} … {ChartText.Number(to)}";

    /// <summary>An edge of a bin as its column's type writes it.</summary>
    public static string Edge(ColumnType type, double value) => type switch
    {
        ColumnType.Date => ChartTicks.At(value * 86400).ToString("yyyy-MM-dd"),
        ColumnType.Datetime => ChartTicks.At(value).ToString("yyyy-MM-dd HH:mm"),
        ColumnType.Time => ChartTicks.At(value).ToString("HH:mm"),
        _ => ChartText.Number(value),
    };

    internal override void Draw(ChartCanvas canvas)
    {
        if (_bins.Count == 0 || _bins.All(b => b.Count == 0))
        {
            canvas.Nothing("No values");
            return;
        }

        var (from, to) = (_bins[0].From, _bins[^1].To);
        if (from == to)
        {
            (from, to) = (from - 0.5, to + 0.5);
        }

        var target = canvas.XTarget;
        var ticks = type switch
        {
            ColumnType.Date => ChartTicks.Dates(from, to, target, 86400),
            ColumnType.Datetime or ColumnType.Time => ChartTicks.Dates(from, to, target, 1),
            _ => ChartTicks.Linear(from, to, target),
        };
        canvas.XAxis(from, to, XName, ticks);
        var high = _bins.Max(b => b.Count) * 1.06;
        canvas.YAxis(0, high, YName, ticks: ChartTicks.Linear(0, high, canvas.YTarget, wholeNumbers: true));
        // Bars leave a hair of room, as far as there is any: without it neighbours melt into one.
        var gap = (to - from) / canvas.Width * 1.5;
        canvas.Bars(_bins.Where(b => b.Count > 0).Select(b => new Bar
        {
            Position = (b.From + b.To) / 2,
            Value = b.Count,
            Size = b.From == b.To ? (to - from) * 0.3 : Math.Max((b.To - b.From) * 0.5, b.To - b.From - gap),
            FillColor = canvas.Series(0),
        }));
    }

    private string Text(double value) => Edge(type, value);
}
