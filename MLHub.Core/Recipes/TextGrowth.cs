using System.Globalization;

namespace MLHub.Core.Recipes;

/// <summary>
/// Texts that steps make longer. Two nested replacements of four thousand characters make a billion out of one cell, in memory that the engine does
/// not count; so the length is computed before the text is. What would be longer is missing.
/// </summary>
internal static class TextGrowth
{
    private const int Longest = 100_000;

    public static string Concat(IReadOnlyList<string> texts, string? separator = null)
    {
        var lengths = texts.Select(t => $"coalesce(length({t}), 0)");
        var separators = separator is null ? "" : string.Create(CultureInfo.InvariantCulture, $" + {texts.Count} * length({separator})");
        var joined = separator is null ? $"concat({string.Join(", ", texts)})" : $"concat_ws({separator}, {string.Join(", ", texts)})";
        return Within($"{string.Join(" + ", lengths)}{separators}", joined);
    }

    /// <summary>Missing when one of the two is.</summary>
    public static string Join(string left, string right) => Within($"length({left}) + length({right})", $"{left} || {right}");

    public static string Replace(string text, string find, string with) => $"CASE WHEN length({with}) <= length({find}) OR length({text}) + (length({text}) - length(replace({text}, {find}, ''))) * length({with}) <= {Longest} THEN replace({text}, {find}, {with}) END";

    /// <param name="options">As the engine takes them, quoted.</param>
    public static string RegexReplace(string text, string pattern, string with, string options)
    {
        // Groups of all matches together are no longer than the text for each place that names one.
        var places = $"(length({with}) - length(replace({with}, '\\', '')) + 1)";
        return $"CASE WHEN length({text}) * {places} + (length({text}) + 1) * length({with}) <= {Longest} THEN regexp_replace({text}, {pattern}, {with}, {options}) "
            + $"WHEN length({text}) * {places} + len(regexp_extract_all({text}, {pattern})) * length({with}) <= {Longest} THEN regexp_replace({text}, {pattern}, {with}, {options}) END";
    }

    private static string Within(string length, string text) => string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {length} <= {Longest} THEN {text} END");
}
