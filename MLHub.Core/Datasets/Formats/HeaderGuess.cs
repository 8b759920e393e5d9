namespace MLHub.Core.Datasets.Formats;

/// <summary>Whether the first row of a table holds the names of its columns.</summary>
internal static class HeaderGuess
{
    private const int MaxRows = 200;

    public static bool LooksLikeHeader(IReadOnlyList<string> top, IReadOnlyList<IReadOnlyList<string>> body)
    {
        if (body.Count == 0)
        {
            return !top.All(CellText.LooksTyped);
        }

        int against = 0, inFavour = 0;
        for (var column = 0; column < top.Count; column++)
        {
            var below = body.Where(r => r.Count > column && r[column].Trim().Length > 0).Take(MaxRows).ToList();
            var typed = below.Count > 0 && below.Count(r => CellText.LooksTyped(r[column])) > below.Count * 0.8;
            if (CellText.LooksTyped(top[column]))
            {
                against++;
            }
            else if (typed && top[column].Trim().Length > 0)
            {
                inFavour++;
            }
        }

        // Years as names of columns, as in "country,2019,2020".
        return against == 0 || (inFavour > against && top.Distinct(StringComparer.OrdinalIgnoreCase).Count() == top.Count);
    }

    public static ImportQuestion Ask(IReadOnlyList<string> top, bool guess, string reason) =>
        new("header", "Does the first row hold the names of the columns?", [new("true", $"Yes: {Excerpt(top)}"), new("false", "No: it is data")], guess ? "true" : "false", reason) { Code = "HEADER_MISSING" };

    public static string Excerpt(IReadOnlyList<string> cells)
    {
        var text = string.Join(", ", cells.Take(6));
        return text.Length > 80 ? text[..80] + " …" : text;
    }
}
