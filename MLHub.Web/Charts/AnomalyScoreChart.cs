using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How unusual rows are: most lie together, the few beyond the threshold stand out.</summary>
public sealed class AnomalyScoreChart(AnomalyEvaluation anomalies) : Chart
{
    private readonly IReadOnlyList<HistogramBin> _bins = [.. anomalies.ScoreHistogram.Where(b => double.IsFinite(b.From) && double.IsFinite(b.To))];

    public override string Title => "How unusual rows are";

    public override string Summary => $"{Title}: {ChartText.Count(_bins.Sum(b => b.Count))} rows, {ChartText.Count(anomalies.Flagged)} of them beyond the threshold of {ChartText.Number(anomalies.Threshold)}.";

    public override string XName => "score";

    public override string YName => "rows";

    public override IReadOnlyList<ChartSeries> Series =>
        [new("rows", ChartTheme.CssSeries(0), [.. _bins.Select(b => new ChartPoint((b.From + b.To) / 2, b.Count, HistogramChart.Range(b.From, b.To)))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_bins.Count == 0 || _bins.All(b => b.Count == 0))
        {
            canvas.Nothing("No rows with a score");
            return;
        }

        var (from, to) = (_bins[0].From, _bins[^1].To);
        if (from == to)
        {
            (from, to) = (from - 0.5, to + 0.5);
        }

        canvas.XAxis(Math.Min(from, anomalies.Threshold), Math.Max(to, anomalies.Threshold), XName);
        var high = _bins.Max(b => b.Count) * 1.08;
        canvas.YAxis(0, high, YName, ticks: ChartTicks.Linear(0, high, canvas.YTarget, wholeNumbers: true));
        var gap = (to - from) / canvas.Width * 1.5;
        Bar Of(HistogramBin b, Color colour) => new()
        {
            Position = (b.From + b.To) / 2,
            Value = b.Count,
            Size = b.From == b.To ? (to - from) * 0.3 : Math.Max((b.To - b.From) * 0.5, b.To - b.From - gap),
            FillColor = colour,
        };
        canvas.Bars(_bins.Where(b => b.Count > 0 && (b.From + b.To) / 2 < anomalies.Threshold).Select(b => Of(b, canvas.Series(0))), "ordinary");
        canvas.Bars(_bins.Where(b => b.Count > 0 && (b.From + b.To) / 2 >= anomalies.Threshold).Select(b => Of(b, canvas.Series(1))), "unusual");
        canvas.Line([(anomalies.Threshold, 0), (anomalies.Threshold, high)], canvas.TextColour, 1.2f, ChartCanvas.Dashes, $"threshold {ChartText.Number(anomalies.Threshold)}");
        canvas.Legend(Alignment.UpperRight);
    }
}
