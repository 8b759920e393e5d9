using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>Sorting as it stands in addresses: <c>age:desc,name</c>. A comma in a name is written twice.</summary>
internal static class RowSort
{
    public static IReadOnlyList<SortColumn> Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? [] : [.. text.Replace(",,", "\0", StringComparison.Ordinal).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(One)];

    public static IReadOnlyList<GridSort> ForGrid(string? text) => [.. Parse(text).Select(s => new GridSort(s.Column, s.Descending))];

    public static string Format(IEnumerable<GridSort> sort) => string.Join(',', sort.Select(s => s.ToString().Replace(",", ",,", StringComparison.Ordinal)));

    private static SortColumn One(string term)
    {
        var name = term.Replace('\0', ',');
        return name.EndsWith(":desc", StringComparison.OrdinalIgnoreCase) ? new(name[..^5], true)
            : name.EndsWith(":asc", StringComparison.OrdinalIgnoreCase) ? new(name[..^4])
            : new(name);
    }
}
