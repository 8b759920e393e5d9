namespace MLHub.Web.Components;

/// <summary>Order of a table by one column. In addresses it reads <c>age</c> or <c>age:desc</c>.</summary>
public sealed record GridSort(string Column, bool Descending)
{
    private const string DescendingSuffix = ":desc";
    private const string AscendingSuffix = ":asc";

    /// <summary>The next one when the header of a column is clicked: ascending, descending, as in the file.</summary>
    public static GridSort? Next(GridSort? current, string column) => current switch
    {
        { Descending: false } when current.Column == column => current with { Descending = true },
        { Descending: true } when current.Column == column => null,
        _ => new(column, false),
    };

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
