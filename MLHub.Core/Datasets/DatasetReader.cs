using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Reads windows of rows from the Parquet files that MLHub wrote itself, and from nothing else.</summary>
public sealed class DatasetReader(VersionFiles versions, IBlobStore blobs, RowEngine engine, RowViewCache views)
{
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

                var (ids, matched) = await views.ReadAsync(
                    $"{ready.Content}\n{order}\n{filter?.Key}", offset, limit, write => Task.Run(() => List(file.Path, filter, order, write, cancellationToken), cancellationToken), cancellationToken);
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

    /// <summary>All row ids of a view, in order; ties keep the order of the file.</summary>
    private void List(string path, RowFilter? filter, string order, Action<long> write, CancellationToken cancellationToken)
    {
        using var connection = engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {RowId} FROM read_parquet({Sql.Text(path)}) {(filter is null ? "" : $"WHERE {filter.Condition}")} ORDER BY {(order.Length == 0 ? "" : order + ", ")}{RowId}";
        command.UseStreamingMode = true;
        filter?.Bind(command);
        using var stop = cancellationToken.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                write(reader.GetInt64(0));
            }
        }
        catch (DuckDBException refused) when (filter is { HasPattern: true } && refused.ErrorType == DuckDBErrorType.InvalidInput)
        {
            throw RowFilter.BadPattern(refused);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private RowWindow Read(ReadyVersion ready, string path, string condition, long[]? wanted, long offset, long matched, CancellationToken cancellationToken)
    {
        using var connection = engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {RowId}, {string.Join(", ", ready.Columns.Select(c => Sql.Name(c.Name)))} FROM read_parquet({Sql.Text(path)}) WHERE {condition} ORDER BY {RowId}";
        using var stop = cancellationToken.Register(command.Cancel);
        using var reader = command.ExecuteReader();
        List<(long Id, object?[] Cells)> rows = [];
        while (reader.Read())
        {
            var cells = new object?[ready.Columns.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i + 1) ? null : reader.GetValue(i + 1);
            }

            rows.Add((reader.GetInt64(0), cells));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (wanted is not null)
        {
            var byId = rows.ToDictionary(r => r.Id);
            rows = [.. wanted.Select(id => byId[id])];
        }

        var frame = RowFrame.Of([.. ready.Columns.Select(c => c.Schema)], rows.ConvertAll(r => r.Cells));
        return new(ready.Columns, [.. rows.Select(r => r.Id)], frame, offset, ready.RowCount, matched);
    }
}
