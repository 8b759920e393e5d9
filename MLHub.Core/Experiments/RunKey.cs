using System.Globalization;
using MLHub.Core.Common;

namespace MLHub.Core.Experiments;

/// <summary>Names of metrics, parameters and tags, and the forms in which their values are searched.</summary>
public static class RunKey
{
    public const int MaxLength = 250;

    /// <summary>So much of a long text is searched; short enough for an index of PostgreSQL.</summary>
    internal const int SearchLength = 500;

    /// <param name="field">The field of the request to blame.</param>
    public static string Require(string? key, string field) =>
        key is { Length: > 0 and <= MaxLength } && key.Trim().Length == key.Length && !key.Any(char.IsControl)
            ? key
            : throw HubException.Field(field, $"A key has 1 to {MaxLength} characters, without spaces around it and without control characters.", "BAD_KEY");

    /// <summary>PostgreSQL stores no zero character; nothing that is searched needs one.</summary>
    internal static string SearchText(string text)
    {
        var cut = text.Length <= SearchLength ? text : char.IsHighSurrogate(text[SearchLength - 1]) ? text[..(SearchLength - 1)] : text[..SearchLength];
        return cut.Replace('\0', ' ').ToLowerInvariant();
    }

    internal static double? Number(string text) =>
        text.Length <= 40 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
