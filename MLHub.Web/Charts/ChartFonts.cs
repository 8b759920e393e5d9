using ScottPlot;
using SkiaSharp;

namespace MLHub.Web.Charts;

/// <summary>
/// The font that pictures are drawn with. It comes with the program: a server without fonts draws no text at all, and one with
/// others draws every chart differently.
/// </summary>
public static class ChartFonts
{
    public const string Family = "Inter";

    /// <summary>Where the fonts lie beside the program, built or published.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Charts", "Fonts");

    private static readonly Lock Gate = new();
    private static SKTypeface? _regular;

    /// <summary>Registers the fonts once for the process; later calls do nothing.</summary>
    /// <param name="path">Folder with <c>Inter-Regular.ttf</c> and <c>Inter-SemiBold.ttf</c>.</param>
    public static void Register(string path)
    {
        lock (Gate)
        {
            if (_regular is not null)
            {
                return;
            }

            var regular = Path.Combine(path, "Inter-Regular.ttf");
            Fonts.AddFontFile(Family, regular, bold: false, italic: false);
            Fonts.AddFontFile(Family, Path.Combine(path, "Inter-SemiBold.ttf"), bold: true, italic: false);
            Fonts.Default = Family;
            _regular = SKTypeface.FromFile(regular) ?? throw new FileNotFoundException("The font of the charts cannot be read.", regular);
        }
    }

    /// <summary>Whether each character has a glyph. Those without are left out of a picture silently.</summary>
    internal static bool Covers(string text)
    {
        if (_regular is not { } font)
        {
            return true;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (font.GetGlyph(rune.Value) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
