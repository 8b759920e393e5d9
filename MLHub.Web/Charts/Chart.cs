using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>A chart of one record. It keeps the data, and draws itself as often and as large as asked. Instances do not change and may be shared.</summary>
public abstract class Chart
{
    /// <summary>Heading, with the one figure that matters: <c>ROC curve · AUC 0.93</c>.</summary>
    public abstract string Title { get; }

    /// <summary>One sentence for those who do not see the picture.</summary>
    public abstract string Summary { get; }

    /// <summary>The data as drawn, for reading off, tables and downloads.</summary>
    public abstract IReadOnlyList<ChartSeries> Series { get; }

    public abstract string XName { get; }

    public abstract string YName { get; }

    public virtual ChartHover Hover => ChartHover.AlongX;

    /// <summary>What else, besides data and size, changes the drawing; part of the key in <see cref="ChartCache"/>.</summary>
    public virtual string Variant => "";

    /// <summary>For a page: colours are CSS variables, no title (the page has it in its heading).</summary>
    public ChartPicture ToPicture(ChartSize size)
    {
        using var canvas = new ChartCanvas(ChartTheme.Page, size, title: null, textAsStandIns: true);
        Draw(canvas);
        var svg = canvas.Plot.GetSvgXml(size.Width, size.Height);
        return new(this, ChartSvg.Finish(svg, size, canvas.StandIns, inPage: true), size, canvas.Scale(), Summary);
    }

    /// <summary>A file of its own, with title and background.</summary>
    public string ToSvg(ChartTheme theme, ChartSize size)
    {
        using var canvas = new ChartCanvas(theme, size, Title, textAsStandIns: true);
        Draw(canvas);
        return ChartSvg.Finish(canvas.Plot.GetSvgXml(size.Width, size.Height), size, canvas.StandIns, inPage: false);
    }

    /// <param name="scale">Pixels of the file per pixel of <paramref name="size"/>.</param>
    public byte[] ToPng(ChartTheme theme, ChartSize size, float scale = 2)
    {
        using var canvas = new ChartCanvas(theme, size, Title, textAsStandIns: false);
        Draw(canvas);
        scale = Math.Clamp(scale, 1, 3);
        canvas.Plot.ScaleFactor = scale;
        return canvas.Plot.GetImageBytes((int)(size.Width * scale), (int)(size.Height * scale), ImageFormat.Png);
    }

    internal abstract void Draw(ChartCanvas canvas);
}
