using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Formats;

namespace MLHub.Core.Queries;

/// <summary>The columns of a result, and how they are cast to MLHub's seven types.</summary>
internal sealed record ResultShape(IReadOnlyList<ColumnSchema> Columns, IReadOnlyList<string> Types, string Projection)
{
    private const int MaxColumns = 4096;

    public bool HasHuge => Types.Any(IsHuge) && !Columns.Zip(Types).Any(c => IsHuge(c.Second) && c.First.Type == ColumnType.Text);

    public static ResultShape Of(IReadOnlyList<(string Name, string Type)> columns)
    {
        if (columns.Count > MaxColumns)
        {
            throw new HubException(Refusal.Impossible, $"The result has {columns.Count} columns; {MaxColumns} is the most. Select fewer.", "QUERY_TOO_LARGE");
        }

        return Of(columns, hugeAsText: false);
    }

    /// <summary>Sums are 128 bits wide, but nearly always fit in 64. Those that do not are shown digit for digit, never rounded.</summary>
    public ResultShape WithHugeAsText() => this with
    {
        Columns = [.. Columns.Zip(Types, (c, t) => IsHuge(t) ? c with { Type = ColumnType.Text } : c)],
        Projection = string.Join(", ", Columns.Zip(Types, (c, t) => Cast(Position(c), t, hugeAsText: true).Sql + " AS " + Sql.Name(c.Name))),
    };

    private static ResultShape Of(IReadOnlyList<(string Name, string Type)> columns, bool hugeAsText)
    {
        var names = HeaderNames.Make([.. columns.Select(c => c.Name)], []);
        List<ColumnSchema> shaped = [];
        List<string> casts = [];
        for (var i = 0; i < columns.Count; i++)
        {
            var (sql, type) = Cast($"#{i + 1}", columns[i].Type, hugeAsText);
            shaped.Add(new(names[i].Name, type));
            casts.Add($"{sql} AS {Sql.Name(names[i].Name)}");
        }

        return new(shaped, [.. columns.Select(c => c.Type)], string.Join(", ", casts));
    }

    private string Position(ColumnSchema column) => $"#{Columns.ToList().IndexOf(column) + 1}";

    private static bool IsHuge(string type) => type is "HUGEINT" or "UHUGEINT" or "UBIGINT";

    private static (string Sql, ColumnType Type) Cast(string column, string type, bool hugeAsText) => type switch
    {
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" => ($"CAST({column} AS BIGINT)", ColumnType.Integer),
        _ when IsHuge(type) => hugeAsText ? ($"CAST({column} AS VARCHAR)", ColumnType.Text) : ($"CAST({column} AS BIGINT)", ColumnType.Integer),
        "FLOAT" or "DOUBLE" => ($"CAST({column} AS DOUBLE)", ColumnType.Number),
        _ when type.StartsWith("DECIMAL", StringComparison.Ordinal) => ($"CAST({column} AS DOUBLE)", ColumnType.Number),
        "BOOLEAN" => (column, ColumnType.Boolean),
        "DATE" => (Sql.Value(column, ColumnType.Date), ColumnType.Date),
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => (Sql.Value(column, ColumnType.Datetime), ColumnType.Datetime),
        "TIME" => (Sql.Value(column, ColumnType.Time), ColumnType.Time),
        _ => ($"CAST({column} AS VARCHAR)", ColumnType.Text),
    };
}
