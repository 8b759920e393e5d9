namespace MLHub.Web.Charts;

/// <summary>Colours of a picture as <c>#RRGGBB</c>, and the palette that pages, pictures and tables share.</summary>
/// <param name="Palette">Ten colours for categories that stay apart under the common colour vision deficiencies; the light and dark one at an index are the same hue.</param>
public sealed record ChartTheme(string Name, string Text, string Muted, string Axis, string Grid, string Surface, IReadOnlyList<string> Palette)
{
    // No colour here may have three doubled digits or be a basic named one: the SVG writer would spell it differently.
    public static ChartTheme Light { get; } = new(
        "light", Text: "#1D2530", Muted: "#596474", Axis: "#B4BDC9", Grid: "#E7EBF0", Surface: "#FEFEFE",
        ["#2563C9", "#D9740B", "#0B8F6F", "#B5479B", "#2A9BD6", "#9C8412", "#C73E2B", "#5B4FC4", "#6B7580", "#7A4A21"]);

    public static ChartTheme Dark { get; } = new(
        "dark", Text: "#E6EAF0", Muted: "#9AA6B5", Axis: "#4A5563", Grid: "#29313B", Surface: "#14181D",
        ["#6AA5FE", "#FEA94D", "#3DCBA2", "#E58ACB", "#7CCBF5", "#E3C948", "#FE8A75", "#A79EFE", "#A5B0BC", "#C99A6B"]);

    /// <summary>For pictures inside a page: colours are CSS variables (<c>--chart-text</c>, <c>--chart-1</c>…) that fall back to the light theme, so one picture serves both.</summary>
    public static ChartTheme Page { get; } = Light with { Name = "page" };

    internal bool IsPage => Name == Page.Name;

    /// <returns><c>null</c> for an unknown name.</returns>
    public static ChartTheme? Find(string? name) => name switch { null or "" or "light" => Light, "dark" => Dark, _ => null };

    /// <summary>Colour of the series at an index, counted round.</summary>
    public string Series(int index) => Palette[index % Palette.Count];

    /// <summary>The same as a CSS value.</summary>
    public static string CssSeries(int index) => $"var(--chart-{(index % Page.Palette.Count) + 1}, {Page.Series(index)})";

    /// <summary>The colour of a series outside of a picture, in the theme of the page.</summary>
    public static string CssColour(int index) => $"light-dark({Light.Series(index)}, {Dark.Series(index)})";

    /// <summary>Colour → CSS variable.</summary>
    internal static IReadOnlyDictionary<string, string> PageVariables { get; } = new Dictionary<string, string>(
        Page.Palette.Select((colour, index) => KeyValuePair.Create(colour, CssSeries(index))))
    {
        [Page.Text] = $"var(--chart-text, {Page.Text})",
        [Page.Muted] = $"var(--chart-muted, {Page.Muted})",
        [Page.Axis] = $"var(--chart-axis, {Page.Axis})",
        [Page.Grid] = $"var(--chart-grid, {Page.Grid})",
        [Page.Surface] = $"var(--chart-surface, {Page.Surface})",
    };
}
