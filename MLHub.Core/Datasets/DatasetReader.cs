using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Reads windows of rows from the Parquet files that MLHub wrote itself, and from nothing else.</summary>
public sealed class DatasetReader(VersionFiles versions, IBlobStore blobs, RowEngine engine, RowViewCache views)
{
    private const long LargeRows = 500_000;
    private const int MaxBlockRows = 4000;
    private const int MaxBlockCells = 200_000;
    private const long MaxBlockBytes = 8L * 1024 * 1024;

    private static readonly string RowId = Sql.Name(ColumnSchema.RowId);

    /// <exception cref="HubException"><c>BAD_FILTER</c>, <c>UNKNOWN_COLUMN</c>, <c>VERSION_NOT_READY</c>.</exception>
    public async Task<RowWindow> ReadAsync(Actor actor, Guid datasetId, int version, RowQuery query, CancellationToken cancellationToken)
    {
        var ready = await versions.RequireAsync(actor, datasetId, version, cancellationToken);
        var offset = Math.Max(0, query.Offset);
        var limit = Math.Clamp(query.Limit, 0, RowQuery.MaxLimit);
        var filter = string.IsNullOrWhiteSpace(query.Filter) ? null : RowFilter.Parse(query.Filter, ready.Columns);
        var order = Order(query.Sort, ready.Columns);

        using var file = await blobs.FetchAsync(ready.Content, cancellationToken);
        // Engine calls block; they get a thread of their own instead of one that serves requests.
        return await Task.Run(
            async () =>
            {
                if (filter is null && order.Length == 0)
                {
                    var first = Math.Min(offset, ready.RowCount);
                    var last = Math.Min(first + limit, ready.RowCount);
                    return Read(ready, file.Path, string.Create(CultureInfo.InvariantCulture, $"{RowId} >= {first} AND {RowId} < {last}"), null, offset, ready.RowCount, cancellationToken);
                }

                var view = new View($"{ready.Content}\n{order}\n{filter?.Key}", file.Path, filter, order);
                if (ready.RowCount > LargeRows)
                {
                    return await ReadLargeAsync(ready, view, offset, limit, cancellationToken);
                }

                var (ids, matched) = await IdsAsync(view, offset, limit, cancellationToken);
                return Read(ready, file.Path, ids.Length == 0 ? "false" : $"{RowId} IN ({string.Join(',', ids)})", ids, offset, matched, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Rows of the source that did not parse, in its order; a page begins where the one before ended.</summary>
    public async Task<Page<RejectedRow>> RejectsAsync(Actor actor, Guid datasetId, int version, PageRequest page, CancellationToken cancellationToken)
    {
        var ready = await versions.RequireAsync(actor, datasetId, version, cancellationToken);
        if (ready.Rejects is not { } rejects)
        {
            return new([], null);
        }

        using var file = await blobs.FetchAsync(rejects, cancellationToken);
        var rows = await Task.Run(
            () =>
            {
                using var connection = engine.Connect();
                using var command = connection.CreateCommand();
                command.CommandText = string.Create(
                    CultureInfo.InvariantCulture,
                    $"SELECT line, \"column\", text, reason FROM read_parquet({Sql.Text(file.Path)}) ORDER BY line, \"column\" NULLS FIRST LIMIT {page.Take + 1} OFFSET {page.Skip}");
                using var reader = command.ExecuteReader();
                List<RejectedRow> found = [];
                while (reader.Read())
                {
                    found.Add(new(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetString(2), reader.GetString(3)));
                }

                return found;
            },
            cancellationToken);
        return page.ToPage(rows);
    }

    internal static string Order(IReadOnlyList<SortColumn> sort, IReadOnlyList<DatasetColumn> columns)
    {
        var terms = sort.Select(s =>
        {
            var column = columns.FirstOrDefault(c => c.Name == s.Column) ?? columns.FirstOrDefault(c => c.Name.Equals(s.Column, StringComparison.OrdinalIgnoreCase))
                ?? throw HubException.Field("sort", $"There is no column \"{s.Column}\" in this table.", "UNKNOWN_COLUMN");
            return $"{Sql.Name(column.Name)} {(s.Descending ? "DESC" : "ASC")} NULLS LAST";
        });
        return string.Join(", ", terms);
    }

    private Task<(long[] RowIds, long Matched)> IdsAsync(View view, long offset, int limit, CancellationToken cancellationToken) => views.ReadAsync(
        view.Key, offset, limit, write => Task.Run(() => List($"SELECT {RowId} FROM {view.Rows} ORDER BY {view.Order}", view.Filter, write, cancellationToken), cancellationToken), cancellationToken);

    /// <summary>
    /// The rows of a view of a large table lie all over its file, so that a window of them costs nearly as much as reading all of it. Whoever looks at
    /// some looks at the next ones soon: they are brought together into a small file, some thousand at a time. The first ones are found without
    /// ordering the rest.
    /// </summary>
    private async Task<RowWindow> ReadLargeAsync(ReadyVersion ready, View view, long offset, int limit, CancellationToken cancellationToken)
    {
        var matched = view.Filter is null ? ready.RowCount : await CountAsync(view, cancellationToken);
        var size = BlockRows(ready, view.Path);
        var end = Math.Min(offset + limit, matched);
        List<(long Id, object?[] Cells)> rows = [];
        for (var block = offset / size; offset < end && block * size < end; block++)
        {
            var first = Math.Max(offset, block * size);
            var count = Math.Min(end, (block + 1) * size) - first;
            var skip = first - (block * size);
            rows.AddRange(await BlockAsync(
                ready, view, block, size,
                path => Rows(string.Create(CultureInfo.InvariantCulture, $"SELECT {RowId}{Columns(ready)} FROM read_parquet({Sql.Text(path)}) LIMIT {count} OFFSET {skip}"), ready.Columns.Count, cancellationToken),
                cancellationToken));
        }

        return new(ready.Columns, [.. rows.Select(r => r.Id)], RowFrame.Of([.. ready.Columns.Select(c => c.Schema)], rows.ConvertAll(r => r.Cells)), offset, ready.RowCount, matched);
    }

    private async Task<long> CountAsync(View view, CancellationToken cancellationToken)
    {
        var (count, _) = await views.ReadAsync(
            $"{view.Key}\ncount", 0, 1, write => Task.Run(() => List($"SELECT count(*) FROM {view.Rows}", view.Filter, write, cancellationToken), cancellationToken), cancellationToken);
        return count[0];
    }

    /// <summary>As many rows as make a file of some megabytes.</summary>
    private static int BlockRows(ReadyVersion ready, string path)
    {
        var byCells = MaxBlockCells / Math.Max(1, ready.Columns.Count);
        var byBytes = MaxBlockBytes / Math.Max(1, new FileInfo(path).Length / ready.RowCount);
        return (int)Math.Clamp(Math.Min(byCells, byBytes), 200, MaxBlockRows);
    }

    private Task<T> BlockAsync<T>(ReadyVersion ready, View view, long block, int size, Func<string, T> use, CancellationToken cancellationToken) => views.UseFileAsync(
        string.Create(CultureInfo.InvariantCulture, $"{view.Key}\n{block} of {size}"),
        use,
        async part =>
        {
            if (block == 0 && !views.Has(view.Key))
            {
                Write($"SELECT {RowId}{Columns(ready)} FROM {view.Rows} ORDER BY {view.Order} LIMIT {size}", view.Filter);
                return;
            }

            var (ids, _) = await IdsAsync(view, block * size, size, cancellationToken);
            var qualified = Columns(ready, "source.");
            Write(
                $"""
                SELECT source.{RowId}{qualified} FROM read_parquet({Sql.Text(view.Path)}) source
                JOIN (SELECT unnest([{string.Join(',', ids)}]::BIGINT[]) AS id, unnest(range({ids.Length})) AS place) wanted ON source.{RowId} = wanted.id
                ORDER BY wanted.place
                """,
                null);

            void Write(string rows, RowFilter? filter) => List($"COPY ({rows}) TO {Sql.Text(part)} (FORMAT parquet)", filter, null, cancellationToken);
        },
        cancellationToken);

    /// <param name="write">Gets the number in each row of the answer.</param>
    private void List(string sql, RowFilter? filter, Action<long>? write, CancellationToken cancellationToken)
    {
        using var connection = engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = write is not null;
        filter?.Bind(command);
        using var stop = cancellationToken.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            while (write is not null && reader.Read())
            {
                write(reader.GetInt64(0));
            }
        }
        catch (DuckDBException refused) when (filter?.IsRefusal(refused) == true)
        {
            throw RowFilter.BadPattern(refused);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private RowWindow Read(ReadyVersion ready, string path, string condition, long[]? wanted, long offset, long matched, CancellationToken cancellationToken)
    {
        var rows = Rows(
            $"SELECT {RowId}{Columns(ready)} FROM read_parquet({Sql.Text(path)}) WHERE {condition} ORDER BY {RowId}", ready.Columns.Count, cancellationToken);
        if (wanted is not null)
        {
            var byId = rows.ToDictionary(r => r.Id);
            rows = [.. wanted.Select(id => byId[id])];
        }

        var frame = RowFrame.Of([.. ready.Columns.Select(c => c.Schema)], rows.ConvertAll(r => r.Cells));
        return new(ready.Columns, [.. rows.Select(r => r.Id)], frame, offset, ready.RowCount, matched);
    }

    /// <param name="sql">Gives the row id and the columns.</param>
    private List<(long Id, object?[] Cells)> Rows(string sql, int columns, CancellationToken cancellationToken)
    {
        using var connection = engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var stop = cancellationToken.Register(command.Cancel);
        using var reader = command.ExecuteReader();
        List<(long Id, object?[] Cells)> rows = [];
        while (reader.Read())
        {
            var cells = new object?[columns];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i + 1) ? null : reader.GetValue(i + 1);
            }

            rows.Add((reader.GetInt64(0), cells));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return rows;
    }

    private static string Columns(ReadyVersion ready, string of = "") => string.Concat(ready.Columns.Select(c => $", {of}{Sql.Name(c.Name)}"));

    /// <summary>Rows of a file in some order; ties keep the order of the file.</summary>
    /// <param name="Key">Content, sort and filter.</param>
    private sealed record View(string Key, string Path, RowFilter? Filter, string Sorting)
    {
        public string Rows => $"read_parquet({Sql.Text(Path)}) {(Filter is null ? "" : $"WHERE {Filter.Condition}")}";

        public string Order => Sorting.Length == 0 ? RowId : $"{Sorting}, {RowId}";
    }
}
