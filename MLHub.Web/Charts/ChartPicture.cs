namespace MLHub.Web.Charts;

/// <summary>A drawn chart: its SVG for a page, where data lies in it, and the data itself for tables and downloads.</summary>
/// <param name="Svg">An <c>svg</c> element without prolog that fills the width of its parent; all ids are unique in the process.</param>
/// <param name="Summary">One sentence that says what is to be seen, for those who do not see it.</param>
public sealed record ChartPicture(Chart Chart, string Svg, ChartSize Size, ChartScale Scale, string Summary)
{
    public string Title => Chart.Title;

    public IReadOnlyList<ChartSeries> Series { get; } = Chart.Series;
}

/// <summary>Which way a reader walks over a chart.</summary>
public enum ChartHover
{
    /// <summary>Along the horizontal axis; all series are read at the same place.</summary>
    AlongX,

    /// <summary>From bar to bar downwards.</summary>
    AlongY,

    /// <summary>The point nearest in both directions.</summary>
    Nearest,
}

/// <param name="Color">CSS colour.</param>
/// <param name="Points">In drawing order; along x they ascend.</param>
public sealed record ChartSeries(string Name, string Color, IReadOnlyList<ChartPoint> Points);

/// <param name="Label">Replaces the figure of x (or of y for bars that lie): a range, a category.</param>
/// <param name="Note">More about the point: <c>threshold 0.41</c>.</param>
public sealed record ChartPoint(double X, double Y, string? Label = null, string? Note = null);

/// <summary>Maps data to pixels and back.</summary>
public sealed record ChartScale(double Left, double Top, double Width, double Height, double XMin, double XMax, double YMin, double YMax, bool LogY)
{
    public double PixelX(double x) => Left + ((x - XMin) / (XMax - XMin) * Width);

    public double PixelY(double y) => Top + Height - (((LogY ? Math.Log10(y) : y) - YMin) / (YMax - YMin) * Height);

    public double DataX(double pixel) => XMin + ((pixel - Left) / Width * (XMax - XMin));

    public double DataY(double pixel)
    {
        var y = YMin + ((Top + Height - pixel) / Height * (YMax - YMin));
        return LogY ? Math.Pow(10, y) : y;
    }
}
