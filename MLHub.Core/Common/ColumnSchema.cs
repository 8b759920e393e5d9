namespace MLHub.Core.Common;

/// <summary>Type of a column as stored and as named over REST.</summary>
public enum ColumnType
{
    /// <summary>64-bit; longer digit strings are text, never rounded.</summary>
    Integer,

    /// <summary>IEEE double.</summary>
    Number,
    Text,
    Boolean,
    Date,

    /// <summary>UTC.</summary>
    Datetime,
    Time,
}

/// <summary>A column of a table: what recipes, training and prediction need to know of it.</summary>
public sealed record ColumnSchema(string Name, ColumnType Type)
{
    /// <summary>
    /// The hidden first column of every stored Parquet file: BIGINT, 0, 1, 2 … in the order of the source, ascending within
    /// the file. It gives rows an identity for windows, sorting and rejects; it is never shown, never a feature.
    /// </summary>
    public const string RowId = "__row_id";
}
