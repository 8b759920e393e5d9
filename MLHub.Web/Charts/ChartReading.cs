namespace MLHub.Web.Charts;

/// <summary>What a chart says at one place.</summary>
/// <param name="Index">Of the point in the leading series.</param>
/// <param name="X">Pixel in the picture.</param>
/// <param name="Heading">Where: <c>step 12</c>.</param>
public sealed record ChartReading(int Index, double X, double Y, string Heading, IReadOnlyList<ChartReadingLine> Lines)
{
    /// <summary>As one sentence.</summary>
    public string Text => Heading + ": " + string.Join(", ", Lines.Select(l => $"{l.Name} {l.Value}{(l.Note is null ? "" : $" ({l.Note})")}"));

    /// <summary>The place nearest to a pixel of the picture.</summary>
    /// <returns><c>null</c> when the chart has no points.</returns>
    public static ChartReading? Nearest(ChartPicture picture, double pixelX, double pixelY)
    {
        if (Leading(picture) is not { } lead)
        {
            return null;
        }

        var scale = picture.Scale;
        return Read(picture, lead, IndexOf(lead, picture.Chart.Hover, scale, pixelX, pixelY));
    }

    /// <summary>The place of a point; beyond the ends the first or last one.</summary>
    public static ChartReading? At(ChartPicture picture, int index) =>
        Leading(picture) is { } lead ? Read(picture, lead, Math.Clamp(index, 0, lead.Points.Count - 1)) : null;

    /// <summary>Points that a reader can walk over.</summary>
    public static int Count(ChartPicture picture) => Leading(picture)?.Points.Count ?? 0;

    private static ChartSeries? Leading(ChartPicture picture) => picture.Series.Where(s => s.Points.Count > 0).MaxBy(s => s.Points.Count);

    private static ChartReading Read(ChartPicture picture, ChartSeries lead, int index)
    {
        var (chart, scale, point) = (picture.Chart, picture.Scale, lead.Points[index]);
        var (x, y) = (scale.PixelX(point.X), scale.PixelY(point.Y));
        if (chart.Hover == ChartHover.AlongX)
        {
            var lines = picture.Series.Where(s => s.Points.Count > 0).Select(s => s == lead ? (s, point) : (s, s.Points[IndexOf(s, ChartHover.AlongX, scale, x, y)])).Select(s =>
                new ChartReadingLine(s.s.Name, s.s.Color, ChartText.Number(s.Item2.Y), s.Item2.Note, scale.PixelX(s.Item2.X), scale.PixelY(s.Item2.Y)));
            return new(index, x, y, point.Label ?? $"{chart.XName} {ChartText.Number(point.X)}", [.. lines]);
        }

        if (chart.Hover == ChartHover.AlongY)
        {
            return new(index, x, y, point.Label ?? ChartText.Number(point.Y), [new(lead.Name, lead.Color, ChartText.Number(point.X), point.Note, x, y)]);
        }

        return new(index, x, y, point.Note ?? lead.Name,
        [
            new(chart.XName, lead.Color, point.Label ?? ChartText.Number(point.X), null, x, y),
            new(chart.YName, lead.Color, point.YLabel ?? ChartText.Number(point.Y), null, x, y),
        ]);
    }

    private static int IndexOf(ChartSeries series, ChartHover hover, ChartScale scale, double pixelX, double pixelY)
    {
        var (best, distance) = (0, double.MaxValue);
        for (var i = 0; i < series.Points.Count; i++)
        {
            var dx = Math.Abs(scale.PixelX(series.Points[i].X) - pixelX);
            var dy = Math.Abs(scale.PixelY(series.Points[i].Y) - pixelY);
            // Where a curve rises steeply many points share a place along the axis; then the height decides.
            var here = hover switch { ChartHover.AlongX => dx + (dy * 1e-3), ChartHover.AlongY => dy, _ => (dx * dx) + (dy * dy) };
            if (here < distance)
            {
                (best, distance) = (i, here);
            }
        }

        return best;
    }
}

/// <param name="Color">CSS colour.</param>
/// <param name="X">Pixel of the point, where a dot goes.</param>
public sealed record ChartReadingLine(string Name, string Color, string Value, string? Note, double X, double Y);
