using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Web.Charts;

namespace MLHub.Web.Experiments;

public sealed partial class ParallelCoordinates : ComponentBase
{
    private const int Height = 320;
    private const double Top = 48;
    private const double Bottom = Height - 18;

    [Parameter, EditorRequired]
    public IReadOnlyList<RunView> Runs { get; set; } = [];

    /// <summary>The last one gives the colour.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ParallelAxis> Axes { get; set; } = [];

    private int Width => Math.Max(640, Axes.Count * 140);

    private string Summary => $"{Runs.Count} runs over {string.Join(", ", Axes.Select(a => a.Title))}; coloured by {Axes[^1].Title}.";

    private double X(int axis) => Axes.Count == 1 ? Width / 2.0 : 60 + (axis * (Width - 120.0) / (Axes.Count - 1));

    private static double Y(double place) => Bottom - (place * (Bottom - Top));

    private string Line(int run) => string.Join(' ', Dots(run).Select(p => $"{N(p.X)},{N(p.Y)}"));

    private IEnumerable<(double X, double Y)> Dots(int run) => Axes.Select((a, i) => (Place: a.Places[run], X: X(i))).Where(p => p.Place is not null).Select(p => (p.X, Y(p.Place!.Value)));

    private string Colour(int run) => Axes[^1].Places[run] is { } place ? $"color-mix(in oklab, {ChartTheme.CssColour(0)} {N(place * 100)}%, {ChartTheme.CssColour(1)})" : "var(--muted)";

    private static string Label(double x, double y, string text, string style, string anchor) =>
        $"<text x=\"{N(x)}\" y=\"{N(y)}\" class=\"{style}\" text-anchor=\"{anchor}\">{System.Net.WebUtility.HtmlEncode(text)}</text>";

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
