using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Comparison;

/// <summary>What changed from one version to another.</summary>
public sealed record DatasetDiff
{
    public int From { get; init; }

    public int To { get; init; }

    public required SchemaDiff Schema { get; init; }

    public required RowDiff Rows { get; init; }

    /// <summary>The columns that both have; what moved most comes first.</summary>
    public IReadOnlyList<ColumnDiff> Statistics { get; init; } = [];
}

/// <param name="Added">Columns of the newer version that the older has not, those included that may only have another name.</param>
/// <param name="Renamed">Guesses: a column that went and one that came with the same content. They are compared only when asked for.</param>
public sealed record SchemaDiff(IReadOnlyList<ColumnSchema> Added, IReadOnlyList<ColumnSchema> Removed, IReadOnlyList<RetypedColumn> Retyped, IReadOnlyList<RenamedColumn> Renamed)
{
    public bool IsSame => Added.Count + Removed.Count + Retyped.Count == 0;
}

public sealed record RetypedColumn(string Name, ColumnType From, ColumnType To);

/// <param name="IsCompared">The caller said so, and the rows are compared by it.</param>
public sealed record RenamedColumn(string From, string To, bool IsCompared);

/// <summary>Rows by key. Without a key rows have no identity: then none is changed, only gone or new, and rows that occur several times count as often.</summary>
public sealed record RowDiff
{
    /// <summary>Empty: there is none.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The key was picked because it is unique and never missing in both.</summary>
    public bool KeyIsGuessed { get; init; }

    public long FromRows { get; init; }

    public long ToRows { get; init; }

    public long Added { get; init; }

    public long Removed { get; init; }

    public long Changed { get; init; }

    public long Same { get; init; }

    /// <summary>The first rows of each kind.</summary>
    public IReadOnlyList<ChangedRow> Sample { get; init; } = [];
}

public enum RowChange
{
    Added,
    Removed,
    Changed,
}

/// <param name="FromRow">Place in the older version, from 0; <c>null</c> when it was added.</param>
public sealed record ChangedRow(RowChange Kind, long? FromRow, long? ToRow, IReadOnlyList<CellDiff> Cells);

/// <summary>A cell before and after; a missing value is <c>null</c>.</summary>
/// <param name="Column">Its name in the newer version, or in the older when it went.</param>
public sealed record CellDiff(string Column, object? From, object? To, bool IsChanged);

/// <summary>How the values of a column moved.</summary>
public sealed record ColumnDiff
{
    /// <summary>Name in the older version.</summary>
    public required string Column { get; init; }

    /// <summary>Name in the newer version.</summary>
    public required string ToColumn { get; init; }

    public ColumnType Type { get; init; }

    /// <summary>
    /// Population stability index over bins of the older version: Σ (qᵢ − pᵢ) · ln(qᵢ / pᵢ). <c>null</c> for keys and free text, where it says nothing.
    /// </summary>
    public double? Psi { get; init; }

    public long MissingFrom { get; init; }

    public long MissingTo { get; init; }

    public double? MeanFrom { get; init; }

    public double? MeanTo { get; init; }

    /// <summary>Cells of rows with the same key that differ; <c>null</c> without a key.</summary>
    public long? Changed { get; init; }

    /// <summary>Old and new counts over the same bins or values.</summary>
    public IReadOnlyList<DiffBin> Bins { get; init; } = [];
}

/// <param name="Value">Of a column with few values.</param>
public sealed record DiffBin(double? From, double? To, string? Value, long Before, long After);

/// <summary>How two versions are to be compared.</summary>
/// <param name="Key">Columns that identify a row, by their names in the older version; <c>null</c> picks them.</param>
/// <param name="Renames">Old name → new name of columns that are one and the same.</param>
public sealed record DiffRequest(int From, int To, IReadOnlyList<string>? Key = null, IReadOnlyDictionary<string, string>? Renames = null)
{
    /// <summary>Compare as if there were no key.</summary>
    public bool WithoutKey { get; init; }
}

/// <summary>A part of the rows that differ.</summary>
public sealed record ChangedRowQuery
{
    public RowChange? Kind { get; init; }

    /// <summary>Only changed rows that differ in this column.</summary>
    public string? Column { get; init; }

    public long Offset { get; init; }

    public int Limit { get; init; } = 50;
}

public sealed record ChangedRows(IReadOnlyList<ChangedRow> Rows, long Total);
