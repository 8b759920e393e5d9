using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Training (dashed) and validation (solid) over the steps, with the best step marked.</summary>
/// <param name="logY">Ignored when a value is not above zero.</param>
/// <param name="smoothing">Weight of the past in the moving average, 0 … 0.99; the values themselves stay faintly visible.</param>
/// <param name="higherIsBetter">Which end of the metric is the best; absent goes by its name.</param>
public sealed class LossCurveChart(LossCurve curve, bool logY = false, double smoothing = 0, bool? higherIsBetter = null) : Chart
{
    private readonly bool _higherIsBetter = higherIsBetter ?? curve.HigherIsBetter;
    private readonly double _smoothing = double.IsFinite(smoothing) ? Math.Clamp(smoothing, 0, 0.99) : 0;
    private readonly IReadOnlyList<LossLine> _lines =
        [.. curve.Lines.Select(l => l with { Points = [.. l.Points.Where(p => double.IsFinite(p.Value)).OrderBy(p => p.Step)] }).Where(l => l.Points.Count > 0)];

    private string Metric => ChartText.Name(curve.Metric.Replace('_', ' '), 40);

    public override string Title => Best is { } best ? $"{Capital(Metric)} · best {ChartText.Number(best.Value)} at step {best.Step}" : Capital(Metric);

    public override string Summary => _lines.Count == 0
        ? $"{Metric}: no points yet."
        : $"{Metric} over steps. " + string.Join(" ", _lines.Select(l => $"{Capital(l.Name)}: {l.Points.Count} points, last {ChartText.Number(l.Points[^1].Value)}.")) +
          (Best is { } best ? $" Best at step {best.Step}: {ChartText.Number(best.Value)}." : "");

    public override string XName => "step";

    public override string YName => Metric;

    public override string Variant => FormattableString.Invariant($"{logY}/{_smoothing}/{_higherIsBetter}");

    public override IReadOnlyList<ChartSeries> Series =>
        [.. _lines.Select((l, i) => new ChartSeries(l.Name, ChartTheme.CssSeries(Colour(l, i)), [.. l.Points.Select(p => new ChartPoint(p.Step, p.Value))]))];

    /// <summary>Best step on validation rows; on training rows when there are no others. Of what was measured, not of the smoothed line.</summary>
    public LossStep? Best
    {
        get
        {
            var line = _lines.FirstOrDefault(l => l.Part == LossPart.Validation) ?? (_lines.Count > 0 && _lines[0].Points.Count > 1 ? _lines[0] : null);
            return line is null ? null : _higherIsBetter ? line.Points.MaxBy(p => p.Value) : line.Points.MinBy(p => p.Value);
        }
    }

    internal override void Draw(ChartCanvas canvas)
    {
        if (_lines.Count == 0)
        {
            canvas.Nothing("No points yet");
            return;
        }

        var values = _lines.SelectMany(l => l.Points).Select(p => p.Value).ToList();
        var (low, high) = (values.Min(), values.Max());
        var log = logY && low > 0;
        var room = (high - low) * 0.06;
        canvas.YAxis(log ? low / 1.1 : low >= 0 ? Math.Max(0, low - room) : low - room, log ? high * 1.1 : high + room, Metric, log);
        var first = _lines.Min(l => l.Points[0].Step);
        var last = _lines.Max(l => l.Points[^1].Step);
        canvas.XAxis(first, last, XName, ChartTicks.Linear(first, Math.Max(last, first + 1), canvas.XTarget, wholeNumbers: true));
        foreach (var (i, line) in _lines.Index())
        {
            var colour = canvas.Series(Colour(line, i));
            var pattern = line.Part == LossPart.Training ? ChartCanvas.Dashes : LinePattern.Solid;
            if (_smoothing > 0)
            {
                canvas.Line(line.Points.Select(p => ((double)p.Step, p.Value)), colour.WithAlpha(0.28), 1);
            }

            canvas.Line(Smooth(line.Points), colour, line.Part == LossPart.Training ? 1.6f : 2.2f, pattern, line.Name);
        }

        if (Best is { } best)
        {
            var marked = _lines.FirstOrDefault(l => l.Part == LossPart.Validation) ?? _lines[0];
            canvas.Highlight(best.Step, best.Value, canvas.Series(Colour(marked, _lines.Index().First(l => l.Item == marked).Index)), $"best: {ChartText.Number(best.Value)}");
        }

        canvas.Legend(_higherIsBetter ? Alignment.LowerRight : Alignment.UpperRight);
    }

    /// <summary>Exponential moving average without the pull towards zero at the start (Kingma and Ba 2015, bias correction).</summary>
    private IEnumerable<(double X, double Y)> Smooth(IReadOnlyList<LossStep> points)
    {
        var (sum, weight) = (0d, 0d);
        foreach (var point in points)
        {
            sum = (sum * _smoothing) + (point.Value * (1 - _smoothing));
            weight = (weight * _smoothing) + (1 - _smoothing);
            yield return (point.Step, sum / weight);
        }
    }

    private static int Colour(LossLine line, int index) => line.Part switch { LossPart.Training => 1, LossPart.Validation => 0, _ => index };

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
