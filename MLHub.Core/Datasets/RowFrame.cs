using System.Globalization;
using Microsoft.Data.Analysis;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Rows as the engine gives them → the in-memory table that pages, previews and predictions carry.</summary>
internal static class RowFrame
{
    public static DataFrame Of(IReadOnlyList<ColumnSchema> columns, IReadOnlyList<object?[]> rows) => new(columns.Select((c, i) => Column(c, rows, i)));

    private static DataFrameColumn Column(ColumnSchema column, IReadOnlyList<object?[]> rows, int index)
    {
        var cells = rows.Select(r => r[index]);
        return column.Type switch
        {
            ColumnType.Integer => new Int64DataFrameColumn(column.Name, cells.Select(c => (long?)c)),
            ColumnType.Number => new DoubleDataFrameColumn(column.Name, cells.Select(c => (double?)c)),
            ColumnType.Boolean => new BooleanDataFrameColumn(column.Name, cells.Select(c => (bool?)c)),
            ColumnType.Date => new DateTimeDataFrameColumn(column.Name, cells.Select(c => c switch
            {
                null => (DateTime?)null,
                DateOnly day => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
                var other => DateTime.SpecifyKind((DateTime)other, DateTimeKind.Utc),
            })),
            ColumnType.Datetime => new DateTimeDataFrameColumn(column.Name, cells.Select(c => c is null ? (DateTime?)null : DateTime.SpecifyKind((DateTime)c, DateTimeKind.Utc))),
            ColumnType.Time => new StringDataFrameColumn(column.Name, cells.Select(c => c is null ? null : ((TimeOnly)c).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture))),
            _ => new StringDataFrameColumn(column.Name, cells.Select(c => (string?)c)),
        };
    }

    /// <summary>A cell of such a table: <c>long</c>, <c>double</c>, <c>bool</c>, <c>string</c>, <c>DateOnly</c>, <c>DateTime</c> (UTC), or <c>null</c> when missing.</summary>
    public static object? Cell(DataFrame rows, int row, int column, ColumnType type)
    {
        var value = rows.Columns[column][row];
        return type == ColumnType.Date && value is DateTime day ? DateOnly.FromDateTime(day) : value;
    }

    /// <summary>A value as it would stand in such a table.</summary>
    public static object? Value(object? value) => value switch
    {
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTime moment => DateTime.SpecifyKind(moment, DateTimeKind.Utc),
        _ => value,
    };
}
