namespace MLHub.Web.Components;

/// <summary>Order of a table by one column. In addresses it reads <c>age</c> or <c>age:desc</c>.</summary>
public sealed record GridSort(string Column, bool Descending)
{
    private const string DescendingSuffix = ":desc";

    /// <summary>The next one when the header of a column is clicked: ascending, descending, as in the file.</summary>
    public static GridSort? Next(GridSort? current, string column) => current switch
    {
        { Descending: false } when current.Column == column => current with { Descending = true },
        { Descending: true } when current.Column == column => null,
        _ => new(column, false),
    };

    public static GridSort? Parse(string? text) => string.IsNullOrEmpty(text)
        ? null
        : text.EndsWith(DescendingSuffix, StringComparison.Ordinal) ? new(text[..^DescendingSuffix.Length], true) : new(text, false);

    // A column may itself be called "x:desc"; ascending order is then written out.
    public override string ToString() => Descending ? Column + DescendingSuffix : Column;
}
