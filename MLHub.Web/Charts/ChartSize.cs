namespace MLHub.Web.Charts;

/// <summary>Size of a picture in CSS pixels.</summary>
public readonly record struct ChartSize
{
    public const int MinSide = 120;
    public const int MaxSide = 2400;

    // Few steps, so that viewers with windows of different width share one drawing.
    private static readonly int[] Steps = [280, 320, 360, 400, 460, 520, 600, 700, 800, 920, 1060, 1200, 1400, 1600];

    public ChartSize(int width, int height)
    {
        Width = Math.Clamp(width, MinSide, MaxSide);
        Height = Math.Clamp(height, MinSide, MaxSide);
    }

    public int Width { get; }

    public int Height { get; }

    public static ChartSize Default { get; } = new(640, 320);

    /// <summary>The widest step that fits into a width.</summary>
    public static int Step(double width) => Steps.LastOrDefault(s => s <= width + 1, Steps[0]);
}
