using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Comparison;

/// <summary>
/// Compares two Parquet files of ours, out of core: only keys, row ids and one 64-bit hash per row are joined; cells are read again for the
/// rows that differ. Two different rows with the same hash would count as the same, which in a billion rows is expected once in ten
/// billion comparisons.
/// </summary>
internal sealed class DiffEngine(DuckDBConnection connection, string fromPath, string toPath, CancellationToken cancellationToken)
{
    private const int ColumnsAtOnce = 24;
    private static readonly string RowId = Sql.Name(ColumnSchema.RowId);

    /// <summary>Finds the rows that differ and writes them down in the order of the newer version: n, kind, from_id, to_id.</summary>
    public (long Added, long Removed, long Changed) FindRows(DiffPlan plan, string resultPath)
    {
        RefuseAmbiguous(plan.Key, fromPath, ofFrom: true);
        RefuseAmbiguous(plan.Key, toPath, ofFrom: false);
        if (plan.Key.Count > 0)
        {
            var compared = plan.Pairs.Except(plan.Key).ToList();
            var condition = string.Join(" AND ", plan.Key.Select((_, i) => $"a.k{i} = b.k{i}"));
            Run(
                $"""
                CREATE TABLE changes AS
                SELECT CASE WHEN a.rid IS NULL THEN 0 WHEN b.rid IS NULL THEN 1 ELSE 2 END::UTINYINT AS kind, a.rid AS from_id, b.rid AS to_id
                FROM ({Keyed(fromPath, plan.Key, compared, true)}) a FULL OUTER JOIN ({Keyed(toPath, plan.Key, compared, false)}) b ON {condition}
                WHERE a.rid IS NULL OR b.rid IS NULL OR a.h <> b.h
                """);
        }
        else
        {
            Run(
                $"""
                CREATE TABLE changes AS
                SELECT CASE WHEN a.rid IS NULL THEN 0 ELSE 1 END::UTINYINT AS kind, a.rid AS from_id, b.rid AS to_id
                FROM ({Counted(fromPath, plan.Pairs, true)}) a FULL OUTER JOIN ({Counted(toPath, plan.Pairs, false)}) b ON a.h = b.h AND a.n = b.n
                WHERE a.rid IS NULL OR b.rid IS NULL
                """);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Run(
            $"COPY (SELECT row_number() OVER (ORDER BY coalesce(to_id, from_id), kind, from_id) - 1 AS n, kind, from_id, to_id FROM changes ORDER BY n) TO {Sql.Text(resultPath)} (FORMAT parquet, COMPRESSION zstd)");
        var counts = Row("SELECT count(*) FILTER (kind = 0), count(*) FILTER (kind = 1), count(*) FILTER (kind = 2) FROM changes");
        return (Whole(counts[0]), Whole(counts[1]), Whole(counts[2]));
    }

    /// <summary>How many cells of the changed rows differ, per column.</summary>
    public IReadOnlyList<long> CountCells(DiffPlan plan)
    {
        var compared = plan.Pairs.ToList();
        List<long> counts = [];
        foreach (var some in compared.Chunk(ColumnsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var differ = some.Select((_, i) => $"count(*) FILTER (a.c{i} IS DISTINCT FROM b.c{i})");
            counts.AddRange(Row(
                $"""
                SELECT {string.Join(", ", differ)} FROM (SELECT from_id, to_id FROM changes WHERE kind = 2) d
                JOIN (SELECT {RowId} AS rid, {Columns(some, true)} FROM read_parquet({Sql.Text(fromPath)})) a ON a.rid = d.from_id
                JOIN (SELECT {RowId} AS rid, {Columns(some, false)} FROM read_parquet({Sql.Text(toPath)})) b ON b.rid = d.to_id
                """).Select(Whole));
        }

        return counts;
    }

    /// <summary>A part of the rows that differ, with all their cells.</summary>
    public ChangedRows Read(DiffPlan plan, IReadOnlyList<DatasetColumn> fromColumns, IReadOnlyList<DatasetColumn> toColumns, string resultPath, ChangedRowQuery query)
    {
        var found = $"read_parquet({Sql.Text(resultPath)})";
        List<string> conditions = [];
        if (query.Kind is { } kind)
        {
            conditions.Add($"kind = {(int)kind}");
        }

        if (query.Column is { } name)
        {
            var pair = plan.Pairs.FirstOrDefault(p => p.To.Name == name || p.From.Name == name)
                ?? throw HubException.Field("column", $"There is no column \"{name}\" in both versions.", "UNKNOWN_COLUMN");
            found = $"""
                (SELECT d.* FROM read_parquet({Sql.Text(resultPath)}) d
                JOIN (SELECT {RowId} AS rid, {pair.Comparable(true)} AS c FROM read_parquet({Sql.Text(fromPath)})) a ON a.rid = d.from_id
                JOIN (SELECT {RowId} AS rid, {pair.Comparable(false)} AS c FROM read_parquet({Sql.Text(toPath)})) b ON b.rid = d.to_id
                WHERE d.kind = 2 AND a.c IS DISTINCT FROM b.c)
                """;
        }

        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        var total = Whole(Row($"SELECT count(*) FROM {found} {where}")[0]);
        var rows = new List<(RowChange Kind, long? From, long? To)>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture, $"SELECT kind, from_id, to_id FROM {found} {where} ORDER BY n LIMIT {Math.Clamp(query.Limit, 0, 1000)} OFFSET {Math.Max(0, query.Offset)}");
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(((RowChange)reader.GetByte(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2)));
            }
        }

        var before = Cells(fromPath, fromColumns, [.. rows.Select(r => r.From).OfType<long>()]);
        var after = Cells(toPath, toColumns, [.. rows.Select(r => r.To).OfType<long>()]);
        return new([.. rows.Select(r => Row(plan, fromColumns, toColumns, r.Kind, r.From, r.To, r.From is { } f ? before[f] : null, r.To is { } t ? after[t] : null))], total);
    }

    /// <summary>Runs a query of one row.</summary>
    public object?[] Row(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var stop = cancellationToken.Register(command.Cancel);
        using var reader = command.ExecuteReader();
        reader.Read();
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        }

        return row;
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var stop = cancellationToken.Register(command.Cancel);
        command.ExecuteNonQuery();
    }

    internal static long Whole(object? value) => Convert.ToInt64(value ?? 0L, CultureInfo.InvariantCulture);

    private static ChangedRow Row(
        DiffPlan plan, IReadOnlyList<DatasetColumn> fromColumns, IReadOnlyList<DatasetColumn> toColumns, RowChange kind, long? fromRow, long? toRow, object?[]? before, object?[]? after)
    {
        List<CellDiff> cells = [];
        foreach (var (column, i) in toColumns.Select((c, i) => (c, i)))
        {
            var pair = plan.Pairs.FirstOrDefault(p => p.To.Name == column.Name);
            var old = pair is not null && before is not null ? before[IndexOf(fromColumns, pair.From.Name)] : null;
            var now = after?[i];
            cells.Add(new(column.Name, old, now, kind == RowChange.Changed && pair is not null && !Same(old, now, pair)));
        }

        foreach (var (column, i) in fromColumns.Select((c, i) => (c, i)))
        {
            if (plan.Pairs.All(p => p.From.Name != column.Name))
            {
                cells.Add(new(column.Name, before?[i], null, false));
            }
        }

        return new(kind, fromRow, toRow, cells);
    }

    private static int IndexOf(IReadOnlyList<DatasetColumn> columns, string name) => columns.Select((c, i) => (c, i)).First(c => c.c.Name == name).i;

    private static bool Same(object? a, object? b, MatchedColumns pair) =>
        Equals(a, b) || (pair.From.Type != pair.To.Type && a is not null && b is not null
            && (a is long or double && b is long or double
                ? Convert.ToDouble(a, CultureInfo.InvariantCulture).Equals(Convert.ToDouble(b, CultureInfo.InvariantCulture))
                : Convert.ToString(a, CultureInfo.InvariantCulture) == Convert.ToString(b, CultureInfo.InvariantCulture)));

    private Dictionary<long, object?[]> Cells(string path, IReadOnlyList<DatasetColumn> columns, IReadOnlyList<long> ids)
    {
        var found = new Dictionary<long, object?[]>();
        if (ids.Count == 0)
        {
            return found;
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {RowId}, {string.Join(", ", columns.Select(c => Sql.Name(c.Name)))} FROM read_parquet({Sql.Text(path)}) WHERE {RowId} IN ({string.Join(',', ids)})";
        using var stop = cancellationToken.Register(command.Cancel);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var cells = new object?[columns.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i + 1) ? null : Plain(reader.GetValue(i + 1), columns[i].Type);
            }

            found[reader.GetInt64(0)] = cells;
        }

        return found;
    }

    private static object Plain(object value, ColumnType type) => value switch
    {
        DateTime moment when type == ColumnType.Date => DateOnly.FromDateTime(moment),
        DateTime moment => DateTime.SpecifyKind(moment, DateTimeKind.Utc),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        _ => value,
    };

    /// <summary>A key that occurs twice or is missing identifies nothing.</summary>
    private void RefuseAmbiguous(IReadOnlyList<MatchedColumns> key, string path, bool ofFrom)
    {
        if (key.Count == 0)
        {
            return;
        }

        var names = key.Select(k => Sql.Name(ofFrom ? k.From.Name : k.To.Name)).ToList();
        var version = ofFrom ? "older" : "newer";
        var words = string.Join(" + ", key.Select(k => k.From.Name));
        var missing = Whole(Row($"SELECT count(*) FROM read_parquet({Sql.Text(path)}) WHERE {string.Join(" OR ", names.Select(n => $"{n} IS NULL"))}")[0]);
        if (missing > 0)
        {
            throw HubException.Field("key", $"In the {version} version {words} is missing in {missing} rows, so it cannot tell rows apart. Choose other key columns, or compare without a key.", "KEY_MISSING");
        }

        var twice = Row(
            $"""
            SELECT count(*), coalesce(sum(n), 0)::BIGINT, any_value(example) FROM
            (SELECT count(*) AS n, concat_ws(', ', {string.Join(", ", names.Select(n => $"first({n}::VARCHAR)"))}) AS example FROM read_parquet({Sql.Text(path)}) GROUP BY {string.Join(", ", names)} HAVING count(*) > 1)
            """);
        if (Whole(twice[0]) > 0)
        {
            throw HubException.Field(
                "key",
                $"In the {version} version {Whole(twice[1])} rows share their {words} with another row, for example {Short((string)twice[2]!)}. Choose more key columns, or compare without a key.",
                "KEY_NOT_UNIQUE");
        }
    }

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;

    private static string Columns(IReadOnlyList<MatchedColumns> pairs, bool ofFrom) => string.Join(", ", pairs.Select((p, i) => $"{p.Comparable(ofFrom)} AS c{i}"));

    private static string Keyed(string path, IReadOnlyList<MatchedColumns> key, IReadOnlyList<MatchedColumns> compared, bool ofFrom) =>
        $"SELECT {RowId} AS rid, {string.Join(", ", key.Select((k, i) => $"{k.Comparable(ofFrom)} AS k{i}"))}, {Hash(compared, ofFrom)} AS h FROM read_parquet({Sql.Text(path)})";

    /// <summary>Each row with its hash and how many rows before it are the same.</summary>
    private static string Counted(string path, IReadOnlyList<MatchedColumns> pairs, bool ofFrom) =>
        $"SELECT rid, h, row_number() OVER (PARTITION BY h ORDER BY rid) AS n FROM (SELECT {RowId} AS rid, {Hash(pairs, ofFrom)} AS h FROM read_parquet({Sql.Text(path)}))";

    private static string Hash(IReadOnlyList<MatchedColumns> pairs, bool ofFrom) =>
        pairs.Count == 0 ? "0::UBIGINT" : $"hash({string.Join(", ", pairs.Select(p => p.Comparable(ofFrom)))})";
}
