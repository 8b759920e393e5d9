namespace MLHub.Web.Components;

/// <summary>A row as <see cref="DataGridView"/> shows it.</summary>
/// <param name="RowNumber">Its place in the source, from 1; sorting and filtering do not change it.</param>
/// <param name="Cells">One text per column, in the order of the columns; <c>null</c> is missing.</param>
public sealed record GridRow(long RowNumber, string?[] Cells)
{
    public GridMark Mark { get; init; }

    /// <summary>Cells that differ from another state of the table: their columns, with what stood there.</summary>
    public IReadOnlyDictionary<int, string?>? Before { get; init; }
}
