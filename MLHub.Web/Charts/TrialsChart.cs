using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>A trial of a search as it is drawn.</summary>
/// <param name="Series">Which of the ten colours its algorithm has.</param>
public sealed record TrialDot(int Number, string Algorithm, int Series, double Score, string? Note = null);

/// <summary>Each dot is a trial, its colour the algorithm; the stepped line is the best so far.</summary>
/// <param name="metric">What the trials are judged by, as it is called.</param>
public sealed class TrialsChart(IReadOnlyList<TrialDot> trials, string metric, bool higherIsBetter) : Chart
{
    /// <summary>Pixels below which a legend among the dots would hide some.</summary>
    private const int NarrowWidth = 480;

    private readonly IReadOnlyList<TrialDot> _trials = [.. trials.Where(t => double.IsFinite(t.Score)).OrderBy(t => t.Number)];

    private string Metric => ChartText.Name(metric, 40);

    private TrialDot? Best => higherIsBetter ? _trials.MaxBy(t => t.Score) : _trials.MinBy(t => t.Score);

    public override string Title => Best is { } best ? $"Trials · best {ChartText.Number(best.Score)} in trial {best.Number}" : "Trials";

    public override string Summary => Best is { } best
        ? $"{_trials.Count} trials by {Metric}. Best: {ChartText.Number(best.Score)} in trial {best.Number}, {ChartText.Name(best.Algorithm, 60)}."
        : "No trial has a score yet.";

    public override string XName => "trial";

    public override string YName => Metric;

    public override ChartHover Hover => ChartHover.Nearest;

    public override string Variant => higherIsBetter.ToString();

    public override IReadOnlyList<ChartSeries> Series =>
    [
        .. Algorithms().Select(a => new ChartSeries(
            ChartText.Name(a.Key.Algorithm, 40), ChartTheme.CssSeries(a.Key.Series), [.. a.Select(t => new ChartPoint(t.Number, t.Score, $"trial {t.Number}", t.Note))])),
    ];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_trials.Count == 0)
        {
            canvas.Nothing("No trial has a score yet");
            return;
        }

        var (low, high, last) = (_trials.Min(t => t.Score), _trials.Max(t => t.Score), Math.Max(_trials[^1].Number, 2));
        var room = (high - low) * 0.08;
        canvas.YAxis(low - room, high + room, Metric);
        canvas.XAxis(0.5, last + 0.5, XName, ChartTicks.Linear(1, last, canvas.XTarget, wholeNumbers: true));
        canvas.Line(BestSoFar(last + 0.5), canvas.Muted, 1.6f, name: "best so far");
        // Where the legend has no room for all, it names those that did best.
        var named = (higherIsBetter ? Algorithms().OrderByDescending(a => a.Max(t => t.Score)) : Algorithms().OrderBy(a => a.Min(t => t.Score))).Take(canvas.LegendRoom - 1).Select(a => a.Key).ToHashSet();
        foreach (var algorithm in Algorithms())
        {
            canvas.Dots(algorithm.Select(t => ((double)t.Number, t.Score)), canvas.Series(algorithm.Key.Series), _trials.Count > 150 ? 5 : 8, named.Contains(algorithm.Key) ? algorithm.Key.Algorithm : null);
        }

        if (Best is { } best)
        {
            canvas.Highlight(best.Number, best.Score, canvas.Series(best.Series));
        }

        if (canvas.Width < NarrowWidth)
        {
            canvas.LegendBelow();
        }
        else
        {
            canvas.Legend(higherIsBetter ? Alignment.LowerRight : Alignment.UpperRight);
        }
    }

    private IEnumerable<(double X, double Y)> BestSoFar(double end)
    {
        var best = _trials[0].Score;
        yield return (_trials[0].Number, best);
        foreach (var trial in _trials.Skip(1))
        {
            if (higherIsBetter ? trial.Score > best : trial.Score < best)
            {
                yield return (trial.Number, best);
                best = trial.Score;
                yield return (trial.Number, best);
            }
        }

        yield return (end, best);
    }

    private IEnumerable<IGrouping<(string Algorithm, int Series), TrialDot>> Algorithms() => _trials.GroupBy(t => (t.Algorithm, t.Series));
}
