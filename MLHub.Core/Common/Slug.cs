using System.Globalization;
using System.Text;

namespace MLHub.Core.Common;

/// <summary>Names that people give: what is accepted as a name, and its form for addresses and comparison.</summary>
public static class Slug
{
    public const int MaxNameLength = 120;

    /// <summary>
    /// Trims and NFC-normalises a display name; refuses empty, too long and control or direction-changing characters,
    /// which could make one name look like another.
    /// </summary>
    public static string RequireName(string? name, string what)
    {
        var trimmed = (name ?? "").Trim().Normalize(NormalizationForm.FormC);
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            throw HubException.Field("name", $"Give the {what} a name of 1 to {MaxNameLength} characters.", "BAD_NAME");
        }

        if (trimmed.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format))
        {
            throw HubException.Field("name", $"The name of the {what} holds invisible characters. Type it anew.", "BAD_NAME");
        }

        return trimmed;
    }

    /// <summary>The form in which two names of one place are compared: case and Unicode form do not matter.</summary>
    public static string Key(string name) => name.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    /// <summary>Lower-case words joined by dashes, for addresses: <c>Ada's Lab</c> → <c>ada-s-lab</c>. Never empty.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "x" : text.Length > 60 ? text[..60].TrimEnd('-') : text;
    }
}
