using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace MLHub.Web.Charts;

/// <summary>Makes the SVG that Skia writes fit for a page: unique ids, theme variables, compact text, scaled to its parent.</summary>
internal static partial class ChartSvg
{
    private static long _pictures;

    /// <param name="names">Stand-in → name with letters that the drawing font lacks; the browser has other fonts for them.</param>
    /// <param name="inPage">False makes a file that stands alone.</param>
    public static string Finish(string svg, ChartSize size, IReadOnlyDictionary<string, string> names, bool inPage)
    {
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].TrimEnd();
        svg = Texts().Replace(svg, match => Text(match, names));
        svg = BetweenTags().Replace(svg, "><");
        svg = Clips().Replace(svg, "<$1/>");
        svg = NoTicks().Replace(svg, "");
        if (!inPage)
        {
            return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + Root().Replace(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size.Width}\" height=\"{size.Height}\" viewBox=\"0 0 {size.Width} {size.Height}\">", 1);
        }

        // Ids are global in a page: without a prefix the second chart would be clipped by the first one's rectangle.
        var prefix = "p" + Interlocked.Increment(ref _pictures).ToString(CultureInfo.InvariantCulture) + "-";
        svg = Ids().Replace(svg, match => match.Value + prefix);
        svg = Colours().Replace(svg, match => ChartTheme.PageVariables.TryGetValue(match.Groups[2].Value, out var variable) ? $"{match.Groups[1].Value}=\"{variable}\"" : match.Value);
        return Root().Replace(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart-svg\" viewBox=\"0 0 {size.Width} {size.Height}\" preserveAspectRatio=\"xMidYMid meet\" aria-hidden=\"true\" focusable=\"false\">", 1);
    }

    private static string Text(Match match, IReadOnlyDictionary<string, string> names)
    {
        var attributes = match.Groups[1].Value;
        var content = match.Groups[2].Value.Trim();
        if (names.TryGetValue(content, out var name))
        {
            // The width of the real letters is the browser's: they hang on the same end of the room as the stand-in did.
            var places = Places(attributes, "x");
            var end = places[^1] + ((places[^1] - places[0]) / Math.Max(1, places.Length - 1));
            var (anchor, x) = Math.Abs(places[0]) < 1.5 ? ("start", places[0]) : Math.Abs(end) < 8 ? ("end", 0) : ("middle", (places[0] + end) / 2);
            return $"<text{Lists().Replace(attributes, "")} text-anchor=\"{anchor}\" x=\"{Round(x)}\" y=\"{Round(Places(attributes, "y")[0])}\">{Escape(name)}</text>";
        }

        attributes = Lists().Replace(attributes, list => $" {list.Groups[1].Value}=\"{string.Join(' ', Places(attributes, list.Groups[1].Value).Select(Round))}\"");
        return $"<text{attributes}>{content}</text>";
    }

    private static double[] Places(string attributes, string name)
    {
        var list = Regex.Match(attributes, $" {name}=\"([^\"]*)\"").Groups[1].Value;
        var places = list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return places.Length == 0 ? [0] : places;
    }

    private static string Round(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text)
    {
        var result = new StringBuilder();
        using (var writer = XmlWriter.Create(result, new XmlWriterSettings { ConformanceLevel = ConformanceLevel.Fragment, CheckCharacters = false }))
        {
            writer.WriteString(text);
        }

        return result.ToString();
    }

    [GeneratedRegex("<text([^>]*)>([^<]*)</text>")]
    private static partial Regex Texts();

    [GeneratedRegex(" (x|y)=\"([^\"]*)\"")]
    private static partial Regex Lists();

    [GeneratedRegex(@">\s+<")]
    private static partial Regex BetweenTags();

    [GeneratedRegex("<((?:rect|path)[^>]*)></(?:rect|path)>")]
    private static partial Regex Clips();

    // Marks of length zero, in the one colour that no theme has.
    [GeneratedRegex("<path fill=\"none\" stroke=\"black\"[^>]*/>")]
    private static partial Regex NoTicks();

    [GeneratedRegex("(?:\\bid=\"|url\\(#|href=\"#)")]
    private static partial Regex Ids();

    [GeneratedRegex("\\b(fill|stroke)=\"(#[0-9A-F]{6})\"")]
    private static partial Regex Colours();

    [GeneratedRegex("<svg[^>]*>")]
    private static partial Regex Root();
}
