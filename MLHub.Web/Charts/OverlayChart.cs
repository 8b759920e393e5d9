using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>The same curve of several runs over one another: a metric over its steps, ROC, precision and recall.</summary>
public sealed class OverlayChart(OverlayCurves curves) : Chart
{
    private readonly double _smoothing = double.IsFinite(curves.Smoothing) ? Math.Clamp(curves.Smoothing, 0, 0.99) : 0;
    private readonly IReadOnlyList<OverlayLine> _lines =
        [.. curves.Lines.Select(l => l with { Points = [.. l.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))] }).Where(l => l.Points.Count > 0)];

    public override string Title => curves.Title;

    public override string Summary => _lines.Count == 0
        ? $"{Title}: no points."
        : $"{Title} of {_lines.Count} runs. " + string.Join(" ", _lines.Take(10).Select(l => $"{ChartText.Name(l.Name, 40)}: {l.Points.Count} points, last {ChartText.Number(l.Points[^1].Y)}."));

    public override string XName => curves.XName;

    public override string YName => curves.YName;

    public override string Variant => FormattableString.Invariant($"{curves.LogY}/{_smoothing}/{curves.IsUnit}");

    public override IReadOnlyList<ChartSeries> Series =>
        [.. _lines.Select(l => new ChartSeries(ChartText.Name(l.Name, 40), ChartTheme.CssSeries(l.Colour), [.. l.Points.Select(p => new ChartPoint(p.X, p.Y))]))];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_lines.Count == 0)
        {
            canvas.Nothing("No points");
            return;
        }

        var (low, high) = (_lines.Min(l => l.Points.Min(p => p.Y)), _lines.Max(l => l.Points.Max(p => p.Y)));
        var log = curves.LogY && low > 0;
        if (curves.IsUnit)
        {
            canvas.XAxis(-0.005, 1.005, XName);
            canvas.YAxis(-0.01, 1.02, YName);
        }
        else
        {
            var room = (high - low) * 0.06;
            canvas.XAxis(_lines.Min(l => l.Points.Min(p => p.X)), _lines.Max(l => l.Points.Max(p => p.X)), XName);
            canvas.YAxis(log ? low / 1.1 : low - room, log ? high * 1.1 : high + room, YName, log);
        }

        if (curves.HasDiagonal)
        {
            canvas.Guide(0, 0, 1, 1, "guessing");
        }

        foreach (var (i, line) in _lines.Index())
        {
            var colour = canvas.Series(line.Colour);
            if (_smoothing > 0)
            {
                canvas.Line(line.Points, colour.WithAlpha(0.25), 1);
            }

            // Two runs may share a colour; the dashes tell them apart.
            var isTwin = _lines.Take(i).Any(l => l.Colour % 10 == line.Colour % 10);
            canvas.Line(Smooth(line.Points), colour, 2, isTwin ? ChartCanvas.Dashes : null, i < canvas.LegendRoom ? line.Name : null);
        }

        canvas.Legend(curves.IsLegendLow ? Alignment.LowerRight : Alignment.UpperRight);
    }

    /// <summary>Exponential moving average with bias correction (Kingma and Ba 2015), as on the run's own page.</summary>
    private IEnumerable<(double X, double Y)> Smooth(IReadOnlyList<(double X, double Y)> points)
    {
        var (sum, weight) = (0d, 0d);
        foreach (var (x, y) in points)
        {
            sum = (sum * _smoothing) + (y * (1 - _smoothing));
            weight = (weight * _smoothing) + (1 - _smoothing);
            yield return (x, sum / weight);
        }
    }
}

/// <summary>What is drawn, and how.</summary>
public sealed record OverlayCurves(string Title, string XName, string YName, IReadOnlyList<OverlayLine> Lines)
{
    /// <summary>Both axes run from 0 to 1.</summary>
    public bool IsUnit { get; init; }

    public bool HasDiagonal { get; init; }

    public bool LogY { get; init; }

    public double Smoothing { get; init; }

    /// <summary>The curves leave room below rather than above.</summary>
    public bool IsLegendLow { get; init; }
}

/// <param name="Colour">Index into the palette.</param>
public sealed record OverlayLine(string Name, int Colour, IReadOnlyList<(double X, double Y)> Points);
