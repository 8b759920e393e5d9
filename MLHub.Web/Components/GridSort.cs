namespace MLHub.Web.Components;

/// <summary>Order of a table by one column. In addresses it reads <c>age</c> or <c>age:desc</c>.</summary>
public sealed record GridSort(string Column, bool Descending)
{
    private const string DescendingSuffix = ":desc";
    private const string AscendingSuffix = ":asc";

    /// <summary>The next order when the header of a column is clicked: ascending, descending, as in the file.</summary>
    /// <param name="isAnother">The column is one of several; otherwise it is the only one.</param>
    public static IReadOnlyList<GridSort> Next(IReadOnlyList<GridSort> current, string column, bool isAnother)
    {
        var known = current.FirstOrDefault(s => s.Column == column);
        if (known is not null && !isAnother && current.Count > 1)
        {
            return [known];
        }

        GridSort? next = known switch
        {
            null => new(column, false),
            { Descending: false } => known with { Descending = true },
            _ => null,
        };
        return !isAnother ? next is null ? [] : [next]
            : known is null ? [.. current, next!]
            : [.. current.Select(s => s == known ? next : s).OfType<GridSort>()];
    }

    public static GridSort? Parse(string? text) => text switch
    {
        null or "" => null,
        _ when text.EndsWith(DescendingSuffix, StringComparison.Ordinal) => new(text[..^DescendingSuffix.Length], true),
        _ when text.EndsWith(AscendingSuffix, StringComparison.Ordinal) => new(text[..^AscendingSuffix.Length], false),
        _ => new(text, false),
    };

    // A column may itself be called "x:desc"; then its order is written out.
    public override string ToString() => Descending ? Column + DescendingSuffix
        : Column.EndsWith(DescendingSuffix, StringComparison.Ordinal) || Column.EndsWith(AscendingSuffix, StringComparison.Ordinal) ? Column + AscendingSuffix
        : Column;
}
