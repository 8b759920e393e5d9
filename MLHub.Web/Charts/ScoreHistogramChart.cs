using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How the scores of both classes lie: apart when the model tells them apart.</summary>
/// <param name="threshold">Draws the line from which on rows are called positive.</param>
public sealed class ScoreHistogramChart(IReadOnlyList<ScoreBin> bins, string negativeClass = "negative", string positiveClass = "positive", double? threshold = null) : Chart
{
    private readonly IReadOnlyList<ScoreBin> _bins = [.. bins.Where(b => double.IsFinite(b.From) && double.IsFinite(b.To) && b.To > b.From).OrderBy(b => b.From)];

    public override string Title => "Scores of both classes";

    public override string Summary => $"Scores of {ChartText.Count(_bins.Sum(b => b.Positive))} rows of class {ChartText.Name(positiveClass, 40)} and {ChartText.Count(_bins.Sum(b => b.Negative))} of class {ChartText.Name(negativeClass, 40)} in {_bins.Count} ranges.";

    public override string XName => "score";

    public override string YName => "rows";

    public override string Variant => FormattableString.Invariant($"{threshold}");

    public override IReadOnlyList<ChartSeries> Series =>
    [
        new(ChartText.Name(negativeClass, 32), ChartTheme.CssSeries(0), [.. _bins.Select(b => new ChartPoint((b.From + b.To) / 2, b.Negative, HistogramChart.Range(b.From, b.To)))]),
        new(ChartText.Name(positiveClass, 32), ChartTheme.CssSeries(1), [.. _bins.Select(b => new ChartPoint((b.From + b.To) / 2, b.Positive, HistogramChart.Range(b.From, b.To)))]),
    ];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_bins.Count == 0 || _bins.All(b => b.Positive + b.Negative == 0))
        {
            canvas.Nothing("No rows with a score");
            return;
        }

        var high = _bins.Max(b => Math.Max(b.Positive, b.Negative));
        canvas.XAxis(_bins[0].From, _bins[^1].To, XName);
        canvas.YAxis(0, high * 1.08, YName, ticks: ChartTicks.Linear(0, high * 1.08, canvas.YTarget, wholeNumbers: true));
        // The two classes stand side by side within a range: laid over each other their colours would mix into a third.
        canvas.Bars(_bins.Where(b => b.Negative > 0).Select(b => Half(b, 0.29, b.Negative, canvas.Series(0))), negativeClass);
        canvas.Bars(_bins.Where(b => b.Positive > 0).Select(b => Half(b, 0.71, b.Positive, canvas.Series(1))), positiveClass);
        if (threshold is { } cut && double.IsFinite(cut))
        {
            canvas.Line([(cut, 0), (cut, high * 1.08)], canvas.TextColour, 1.2f, ChartCanvas.Dashes, $"threshold {ChartText.Number(cut)}");
        }

        canvas.Legend(Alignment.UpperCenter);
    }

    private static Bar Half(ScoreBin bin, double place, long count, Color colour)
    {
        var width = bin.To - bin.From;
        return new Bar { Position = bin.From + (width * place), Value = count, Size = width * 0.40, FillColor = colour };
    }
}
