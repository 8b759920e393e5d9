using ScottPlot;
using ScottPlot.TickGenerators;

namespace MLHub.Web.Charts;

/// <summary>The look that all charts share, over one plot.</summary>
internal sealed class ChartCanvas : IDisposable
{
    /// <summary>Short enough that a legend's symbol shows it too.</summary>
    public static readonly LinePattern Dashes = new([6, 4], 0, "dashes");

    private const float FontSize = 12;
    private readonly ChartTheme _theme;
    private readonly ChartSize _size;
    private readonly bool _textAsStandIns;
    private readonly Dictionary<string, string> _standIns = [];
    private bool _logY;

    public ChartCanvas(ChartTheme theme, ChartSize size, string? title, bool textAsStandIns)
    {
        (_theme, _size, _textAsStandIns) = (theme, size, textAsStandIns);
        Plot = new Plot();
        Plot.FigureBackground.Color = theme.IsPage ? Colors.Transparent : Of(theme.Surface);
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Grid.XAxisStyle.IsVisible = false;
        Plot.Grid.MajorLineColor = Of(theme.Grid);
        Plot.Grid.MajorLineWidth = 1;
        foreach (var axis in new ScottPlot.AxisPanels.AxisBase[] { (ScottPlot.AxisPanels.AxisBase)Plot.Axes.Bottom, (ScottPlot.AxisPanels.AxisBase)Plot.Axes.Left })
        {
            axis.TickLabelStyle.FontName = ChartFonts.Family;
            axis.TickLabelStyle.FontSize = FontSize;
            axis.TickLabelStyle.ForeColor = Of(theme.Muted);
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
            axis.FrameLineStyle.Color = Of(theme.Axis);
            axis.FrameLineStyle.Width = 1;
            axis.LabelStyle.FontName = ChartFonts.Family;
            axis.LabelStyle.FontSize = FontSize;
            axis.LabelStyle.Bold = false;
            axis.LabelStyle.ForeColor = Of(theme.Muted);
        }

        Plot.Axes.Left.FrameLineStyle.Width = 0;
        Plot.Axes.Right.FrameLineStyle.Width = 0;
        Plot.Axes.Top.FrameLineStyle.Width = 0;
        Plot.Axes.Right.MinimumSize = 14;
        Plot.Axes.Top.MinimumSize = 10;
        Plot.Legend.IsVisible = false;
        if (title is not null)
        {
            Plot.Title(Text(ChartText.Name(title, Math.Max(12, size.Width / 9))), 15);
            Plot.Axes.Title.Label.FontName = ChartFonts.Family;
            Plot.Axes.Title.Label.Bold = true;
            Plot.Axes.Title.Label.ForeColor = Of(theme.Text);
        }
    }

    public Plot Plot { get; }

    public IReadOnlyDictionary<string, string> StandIns => _standIns;

    public int Width => _size.Width;

    public int Height => _size.Height;

    /// <summary>As many labels as an axis has room for.</summary>
    public int XTarget => Math.Max(3, (Width - 60) / 80);

    public int YTarget => Math.Max(3, (Height - 60) / 46);

    /// <summary>Lines of a legend that leave room for the data.</summary>
    public int LegendRoom => Math.Clamp((Height - 90) / 20, 3, Math.Max(3, Width / 70));

    public static Color Of(string colour) => Color.FromHex(colour);

    public Color Series(int index) => Of(_theme.Series(index));

    public Color Muted => Of(_theme.Muted);

    public Color AxisColour => Of(_theme.Axis);

    public Color TextColour => Of(_theme.Text);

    public Color Surface => Of(_theme.Surface);

    /// <summary>Text to draw. The drawing font lacks many scripts and Skia leaves their letters out, so a stand-in keeps the room for the browser.</summary>
    public string Text(string text)
    {
        if (!_textAsStandIns || ChartFonts.Covers(text))
        {
            return text;
        }

        var standIn = "¤" + _standIns.Count + "¤";
        standIn += new string('n', Math.Max(1, text.EnumerateRunes().Sum(r => r.Value >= 0x1100 ? 2 : 1) - standIn.Length));
        _standIns[standIn] = text;
        return standIn;
    }

    public void XAxis(double min, double max, string name, ChartTicks? ticks = null)
    {
        (min, max) = Widen(min, max);
        Plot.Axes.SetLimitsX(min, max);
        Set((ScottPlot.AxisPanels.AxisBase)Plot.Axes.Bottom, ticks ?? ChartTicks.Linear(min, max, XTarget), name);
    }

    /// <summary>Limits are data; a logarithmic axis takes their exponents itself.</summary>
    public void YAxis(double min, double max, string name, bool log = false, ChartTicks? ticks = null)
    {
        _logY = log;
        (min, max) = log ? Widen(Math.Log10(min), Math.Log10(max)) : Widen(min, max);
        Plot.Axes.SetLimitsY(min, max);
        Set((ScottPlot.AxisPanels.AxisBase)Plot.Axes.Left, ticks ?? (log ? ChartTicks.Log(min, max, YTarget) : ChartTicks.Linear(min, max, YTarget)), name);
    }

    public double Y(double value) => _logY ? Math.Log10(value) : value;

    /// <summary>A line through the finite points; one point alone is a dot.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, Color colour, float width = 2, LinePattern? pattern = null, string? name = null)
    {
        var kept = points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y) && (!_logY || p.Y > 0)).Select(p => new Coordinates(p.X, Y(p.Y))).ToArray();
        var line = Plot.Add.Scatter(kept);
        line.LineWidth = width;
        line.Color = colour;
        line.MarkerSize = kept.Length == 1 ? 7 : 0;
        line.LinePattern = pattern ?? LinePattern.Solid;
        line.LegendText = name is null ? "" : Text(ChartText.Name(name, 32));
    }

    /// <summary>A helper line that means no data: diagonal, baseline.</summary>
    public void Guide(double x1, double y1, double x2, double y2, string? name = null) =>
        Line([(x1, y1), (x2, y2)], Muted, 1.2f, LinePattern.Dotted, name);

    public void Dots(IEnumerable<(double X, double Y)> points, Color colour, float size, string? name = null)
    {
        var dots = Plot.Add.Markers(points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).Select(p => new Coordinates(p.X, Y(p.Y))).ToArray(), MarkerShape.FilledCircle, size, colour);
        dots.MarkerLineWidth = 0;
        dots.LegendText = name is null ? "" : Text(ChartText.Name(name, 32));
    }

    /// <summary>A dot with a rim in the colour of the background, that stands out of its line.</summary>
    public void Highlight(double x, double y, Color colour, string? name = null)
    {
        var dot = Plot.Add.Marker(x, Y(y), MarkerShape.FilledCircle, 11, colour);
        dot.MarkerLineColor = Surface;
        dot.MarkerLineWidth = 2;
        dot.LegendText = name is null ? "" : Text(ChartText.Name(name, 40));
    }

    public void Bars(IEnumerable<Bar> bars, string? name = null)
    {
        var all = bars.ToList();
        foreach (var bar in all)
        {
            bar.LineWidth = 0;
        }

        Plot.Add.Bars(all);
        if (name is not null && all.Count > 0)
        {
            Plot.Legend.ManualItems.Add(new LegendItem { LabelText = Text(ChartText.Name(name, 32)), FillColor = all[0].FillColor });
        }
    }

    public void Legend(Alignment alignment) => Style(Plot.ShowLegend(alignment));

    /// <summary>Below the axis, for charts whose points lie everywhere and that are narrow.</summary>
    public void LegendBelow()
    {
        var legend = Plot.ShowLegend(Edge.Bottom).Legend;
        legend.Orientation = Orientation.Horizontal;
        legend.TightHorizontalWrapping = true;
        Style(legend);
    }

    private void Style(Legend legend)
    {
        legend.FontName = ChartFonts.Family;
        legend.FontSize = FontSize;
        legend.FontColor = TextColour;
        legend.BackgroundColor = Surface.WithAlpha(0.86);
        legend.OutlineWidth = 0;
        legend.ShadowColor = Colors.Transparent;
        legend.Margin = new PixelPadding(4);
        legend.Padding = new PixelPadding(6);
        legend.InterItemPadding = new PixelPadding(6, 6, 2, 2);
        legend.SymbolWidth = 24;
    }

    /// <summary>Instead of a chart: why there is none.</summary>
    public void Nothing(string text)
    {
        Plot.Axes.SetLimits(0, 1, 0, 1);
        Plot.HideAxesAndGrid();
        var note = Plot.Add.Text(Text(text), 0.5, 0.5);
        note.LabelFontName = ChartFonts.Family;
        note.LabelFontSize = 13;
        note.LabelFontColor = Muted;
        note.LabelAlignment = Alignment.MiddleCenter;
    }

    /// <summary>Valid after drawing.</summary>
    public ChartScale Scale()
    {
        var area = Plot.LastRender.DataRect;
        var limits = Plot.Axes.GetLimits();
        return new(area.Left, area.Top, area.Width, area.Height, limits.Left, limits.Right, limits.Bottom, limits.Top, _logY);
    }

    public void Dispose() => Plot.Dispose();

    private static (double Min, double Max) Widen(double min, double max)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max))
        {
            return (0, 1);
        }

        // Beyond these the drawing library's own arithmetic overflows, or it takes the axis for one without limits.
        (min, max) = (Math.Clamp(min, -1e150, 1e150), Math.Clamp(max, -1e150, 1e150));
        if (max - min > 1e-150 && max - min > 1e-12 * Math.Max(Math.Abs(min), Math.Abs(max)))
        {
            return (min, max);
        }

        var room = Math.Abs(min) < 1e-140 ? 1 : Math.Abs(min) * 0.1;
        return (min - room, max + room);
    }

    private void Set(ScottPlot.AxisPanels.AxisBase axis, ChartTicks ticks, string name)
    {
        axis.TickGenerator = new NumericManual([.. ticks.Positions], [.. ticks.Labels.Select(Text)]);
        axis.LabelStyle.Text = Text(name);
    }
}
