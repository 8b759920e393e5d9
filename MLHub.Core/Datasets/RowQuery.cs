using Microsoft.Data.Analysis;

namespace MLHub.Core.Datasets;

/// <summary>Which rows of a version are wanted.</summary>
public sealed record RowQuery
{
    public const int MaxLimit = 1000;

    public long Offset { get; init; }

    public int Limit { get; init; } = 100;

    /// <summary>Empty keeps the order of the file. Ties keep it too; missing values come last in both directions.</summary>
    public IReadOnlyList<SortColumn> Sort { get; init; } = [];

    /// <summary>E.g. <c>age &gt;= 30 and diabetes = 'pos'</c>; see <see cref="RowFilter"/>.</summary>
    public string? Filter { get; init; }
}

public sealed record SortColumn(string Column, bool Descending = false);

/// <summary>Rows of a version in a window, as the in-memory table that pages, previews and predictions carry.</summary>
/// <param name="RowIds">Identity of each row: its place in the source, from 0.</param>
/// <param name="Rows">One column per dataset column, in its order; the row id is not among them. Dates and times of day are kept as moments and texts.</param>
/// <param name="TotalRows">Rows of the version.</param>
/// <param name="MatchedRows">Rows that the filter leaves.</param>
public sealed record RowWindow(
    IReadOnlyList<DatasetColumn> Columns,
    IReadOnlyList<long> RowIds,
    DataFrame Rows,
    long Offset,
    long TotalRows,
    long MatchedRows)
{
    /// <summary>A cell: <c>long</c>, <c>double</c>, <c>bool</c>, <c>string</c>, <c>DateOnly</c>, <c>DateTime</c> (UTC), or <c>null</c> when missing.</summary>
    public object? Cell(int row, int column) => RowFrame.Cell(Rows, row, column, Columns[column].Type);
}

/// <summary>A row of the source that did not become a row of the table.</summary>
/// <param name="Line">Where it begins in the source; the first line is 1.</param>
/// <param name="Column">The column that is to blame, when one is.</param>
public sealed record RejectedRow(long Line, string? Column, string Text, string Reason);
