using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How far predictions miss: centred on zero when the model is right on average.</summary>
public sealed class ResidualHistogramChart(IReadOnlyList<HistogramBin> bins) : Chart
{
    private readonly IReadOnlyList<HistogramBin> _bins = [.. bins.Where(b => double.IsFinite(b.From) && double.IsFinite(b.To) && b.To >= b.From).OrderBy(b => b.From)];

    public override string Title => "Residuals";

    public override string Summary => _bins.Count == 0
        ? "Residuals: no rows."
        : $"Residuals of {ChartText.Count(_bins.Sum(b => b.Count))} rows, from {ChartText.Number(_bins[0].From)} to {ChartText.Number(_bins[^1].To)}.";

    public override string XName => "actual − predicted";

    public override string YName => "rows";

    public override IReadOnlyList<ChartSeries> Series =>
        [new("rows", ChartTheme.CssSeries(0), [.. _bins.Select(b => new ChartPoint((b.From + b.To) / 2, b.Count, HistogramChart.Range(b.From, b.To)))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_bins.Count == 0 || _bins.All(b => b.Count == 0))
        {
            canvas.Nothing("No rows with a prediction");
            return;
        }

        var (from, to) = (_bins[0].From, _bins[^1].To);
        if (from == to)
        {
            (from, to) = (from - 0.5, to + 0.5);
        }

        canvas.XAxis(Math.Min(from, 0), Math.Max(to, 0), XName);
        var high = _bins.Max(b => b.Count) * 1.08;
        canvas.YAxis(0, high, YName, ticks: ChartTicks.Linear(0, high, canvas.YTarget, wholeNumbers: true));
        var gap = (to - from) / canvas.Width * 1.5;
        canvas.Bars(_bins.Where(b => b.Count > 0).Select(b => new Bar
        {
            Position = (b.From + b.To) / 2,
            Value = b.Count,
            Size = b.From == b.To ? (to - from) * 0.3 : Math.Max((b.To - b.From) * 0.5, b.To - b.From - gap),
            FillColor = canvas.Series(0),
        }));
        canvas.Line([(0, 0), (0, high)], canvas.TextColour, 1.2f, ChartCanvas.Dashes);
    }
}
