using System.Globalization;
using System.Text;

namespace MLHub.Web.Charts;

/// <summary>Names and numbers as charts write them.</summary>
public static class ChartText
{
    /// <summary>Short form of a number: at most four significant digits, thousands as k, M, G.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        }

        var size = Math.Abs(value);
        var text = size switch
        {
            0 => "0",
            < 0.0001 or >= 1e15 => value.ToString("0.###e+0", CultureInfo.InvariantCulture),
            < 10000 => Significant(value),
            < 1e6 => Significant(value / 1e3) + "k",
            < 1e9 => Significant(value / 1e6) + "M",
            < 1e12 => Significant(value / 1e9) + "G",
            _ => Significant(value / 1e12) + "T",
        };
        return text.Replace('-', '−');
    }

    /// <summary>A whole number with thin spaces between thousands.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u2009');

    public static string Percent(double share) =>
        double.IsFinite(share) ? (share * 100).ToString(Math.Abs(share) is > 0 and < 0.0995 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>A name that a user chose, safe to draw: one line, no control characters, no half surrogates, at most so many characters.</summary>
    public static string Name(string? text, int maxLength)
    {
        var result = new StringBuilder();
        var count = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (count++ == maxLength)
            {
                result.Length -= result.Length > 1 && char.IsSurrogate(result[^1]) ? 2 : 1;
                return result.Append('…').ToString();
            }

            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                result.Append(' ');
            }
            else if (rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0xFFFE or 0xFFFF)
            {
                // Direction overrides would turn the text that follows.
                result.Append('\uFFFD');
            }
            else
            {
                result.Append(rune.ToString());
            }
        }

        return result.Length == 0 ? "(empty)" : result.ToString();
    }

    private static string Significant(double value)
    {
        var digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15);
        return Math.Round(value, digits).ToString("0.###############", CultureInfo.InvariantCulture);
    }
}
