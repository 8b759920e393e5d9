using System.Globalization;

namespace MLHub.Core.Datasets;

/// <summary>
/// Filters as texts that people see in parts: conditions, of which all must hold, some of them in groups of which one must hold.
/// What is nested deeper stays one part as it is written.
/// </summary>
public static class RowFilterText
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "not", "is", "in", "between", "contains", "length" };

    /// <summary>The name of a column as a filter has to write it.</summary>
    public static string Name(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.') && !Words.Contains(name)
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>All of the groups must hold, and of each group one condition.</summary>
    /// <exception cref="Common.HubException"><c>BAD_FILTER</c>, when it is not even made of words.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(string? filter)
    {
        if (string.IsNullOrWhiteSpace(filter))
        {
            return [];
        }

        var all = Split(filter, "or");
        return all.Count > 1 ? [all] : [.. Split(filter, "and").Select(Group)];
    }

    public static string Write(IEnumerable<IReadOnlyList<string>> groups)
    {
        var written = groups.Where(g => g.Count > 0).ToList();
        return string.Join(" and ", written.Select(g => g.Count == 1 ? Alone(g[0], written.Count > 1) : written.Count == 1 ? string.Join(" or ", g) : $"({string.Join(" or ", g)})"));
    }

    /// <summary>With one more condition that must hold, or without it when it is there already.</summary>
    public static string Toggle(string? filter, string condition)
    {
        var groups = Groups(filter);
        var kept = groups.Where(g => g is not [var only] || only != condition).ToList();
        return Write(kept.Count < groups.Count ? kept : [.. kept, [condition]]);
    }

    /// <summary>Instead of another condition that began in the same way.</summary>
    public static string Replace(string? filter, Func<string, bool> old, string? condition)
    {
        var kept = Groups(filter).Where(g => g is not [var only] || !old(only)).ToList();
        return Write(condition is null ? kept : [.. kept, [condition]]);
    }

    private static IReadOnlyList<string> Group(string part)
    {
        var inner = Unwrapped(part);
        return inner is null || Split(inner, "and").Count > 1 ? [part] : Split(inner, "or");
    }

    // A condition that holds an "or" of its own needs its brackets among others.
    private static string Alone(string condition, bool amongOthers) => amongOthers && Split(condition, "or").Count > 1 ? $"({condition})" : condition;

    /// <summary>What stands in the brackets, when they enclose the whole.</summary>
    private static string? Unwrapped(string part)
    {
        var tokens = RowFilter.Scan(part);
        if (tokens[0].Text != "(" || tokens[0].Kind != RowFilter.Kind.Sign)
        {
            return null;
        }

        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            depth += tokens[i] is { Kind: RowFilter.Kind.Sign, Text: "(" } ? 1 : tokens[i] is { Kind: RowFilter.Kind.Sign, Text: ")" } ? -1 : 0;
            if (depth == 0)
            {
                return tokens[i + 1].Kind == RowFilter.Kind.End ? part[1..part.LastIndexOf(')')].Trim() : null;
            }
        }

        return null;
    }

    private static List<string> Split(string text, string word)
    {
        List<string> parts = [];
        var (depth, start, isBetween) = (0, 0, false);
        foreach (var token in RowFilter.Scan(text))
        {
            depth += token is { Kind: RowFilter.Kind.Sign, Text: "(" } ? 1 : token is { Kind: RowFilter.Kind.Sign, Text: ")" } ? -1 : 0;
            if (token.Kind != RowFilter.Kind.Word || depth > 0)
            {
                continue;
            }

            if (token.Text.Equals("between", StringComparison.OrdinalIgnoreCase))
            {
                isBetween = true;
            }
            else if (isBetween && token.Text.Equals("and", StringComparison.OrdinalIgnoreCase))
            {
                isBetween = false;
            }
            else if (token.Text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                parts.Add(text[start..token.Start].Trim());
                start = token.Start + word.Length;
            }
        }

        parts.Add(text[start..].Trim());
        return parts;
    }
}
