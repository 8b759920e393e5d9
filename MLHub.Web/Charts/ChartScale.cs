namespace MLHub.Web.Charts;

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
