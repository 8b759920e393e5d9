using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Queries;

/// <summary>
/// An engine for one query, locked before the query's text reaches it: no files but the given tables, no network, no extensions, no
/// secrets, and no way to change a setting. The order of the statements matters; see decision 10.
/// </summary>
public sealed class LockedEngine : IDisposable
{
    private const string ResultTable = "__mlhub_result";

    private readonly DuckDBConnection _connection;
    private readonly string? _databasePath;
    private readonly string _scratch;
    private readonly QueryLimits _limits;

    private LockedEngine(DuckDBConnection connection, string? databasePath, string scratch, QueryLimits limits)
    {
        _connection = connection;
        _databasePath = databasePath;
        _scratch = scratch;
        _limits = limits;
    }

    /// <param name="scratch">Private folder of this process; the engine spills into it.</param>
    /// <param name="toDatabase">Results go into a database file in the scratch folder, for <see cref="Write"/>.</param>
    /// <param name="copyTables">
    /// Reads the tables in before the lock. Without it they stay files that the engine may open, for writing too: only where the operating system refuses that.
    /// </param>
    public static LockedEngine Open(IReadOnlyList<SandboxTable> tables, QueryLimits limits, string scratch, bool toDatabase, bool copyTables)
    {
        var database = toDatabase ? Path.Combine(scratch, "result.duckdb") : null;
        var spill = Directory.CreateDirectory(Path.Combine(scratch, "spill")).FullName;
        var connection = Sql.Open(database, spill, limits.Threads, limits.MemoryMegabytes * 1024L * 1024);
        try
        {
            connection.Run(string.Create(
                CultureInfo.InvariantCulture,
                $"SET home_directory='/nonexistent'; SET max_temp_directory_size='{limits.MaxMegabytes}MiB'; SET allow_unredacted_secrets=false; SET enable_logging=false"));
            foreach (var table in tables)
            {
                connection.Run(
                    $"CREATE {(copyTables ? "TEMP TABLE" : "TEMP VIEW")} {Sql.Name(table.Name)} AS SELECT * EXCLUDE ({Sql.Name(ColumnSchema.RowId)}) FROM read_parquet({Sql.Text(table.ParquetPath)})");
            }

            if (!copyTables)
            {
                connection.Run($"SET allowed_paths=[{string.Join(", ", tables.Select(t => Sql.Text(t.ParquetPath)))}]");
            }

            connection.Run("SET enable_external_access=false; SET lock_configuration=true");
            return new(connection, database, scratch, limits);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>For tests that switch the gate off and run anything.</summary>
    internal DuckDBConnection Connection => _connection;

    /// <summary>The columns that the query would give, without computing any row.</summary>
    public IReadOnlyList<ColumnSchema> Check(string statement, CancellationToken cancellationToken) => Describe(statement, cancellationToken).Columns;

    /// <summary>The first rows; the engine stops where it can when there are enough.</summary>
    /// <param name="maxBytes">Stops after so many bytes of cells, too.</param>
    public QueryRows Read(string statement, int maxRows, long maxBytes, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var shape = Describe(statement, cancellationToken);
        try
        {
            return Read(statement, shape, maxRows, maxBytes, clock, cancellationToken);
        }
        catch (HubException) when (shape.HasHuge)
        {
            return Read(statement, shape.WithHugeAsText(), maxRows, maxBytes, clock, cancellationToken);
        }
    }

    /// <summary>
    /// The whole result as Parquet. The query fills a table of the engine's own database; a second engine, which never saw the query, writes the file.
    /// Closes this one.
    /// </summary>
    public QueryFile Write(string statement, string parquetPath, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var shape = Describe(statement, cancellationToken);
        try
        {
            Fill(statement, shape, cancellationToken);
        }
        catch (HubException) when (shape.HasHuge)
        {
            shape = shape.WithHugeAsText();
            Fill(statement, shape, cancellationToken);
        }

        _connection.Dispose();
        using var writer = Sql.Open(_databasePath!, Path.Combine(_scratch, "spill"), _limits.Threads, _limits.MemoryMegabytes * 1024L * 1024);
        using var command = writer.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {ResultTable}";
        var count = (long)command.ExecuteScalar()!;
        if (count > _limits.MaxRows)
        {
            throw TooLarge($"more than {_limits.MaxRows.ToString("N0", CultureInfo.InvariantCulture)} rows");
        }

        Run(
            command,
            $"COPY (SELECT rowid AS {Sql.Name(ColumnSchema.RowId)}, * FROM {ResultTable} ORDER BY rowid) TO {Sql.Text(parquetPath)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)",
            0, cancellationToken);
        return new(shape.Columns, count, clock.Elapsed.TotalMilliseconds);
    }

    public void Dispose() => _connection.Dispose();

    private static HubException TooLarge(string what) =>
        new(Refusal.Impossible, $"The result has {what}, more than one query may return on this server. Filter, aggregate or add a LIMIT.", "QUERY_TOO_LARGE");

    private QueryRows Read(string statement, ResultShape shape, int maxRows, long maxBytes, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT {shape.Projection} FROM (\n{statement}\n)";
        command.UseStreamingMode = true;
        using var stop = cancellationToken.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            List<object?[]> rows = [];
            long bytes = 0;
            var hasMore = false;
            while (reader.Read())
            {
                if (rows.Count >= maxRows || bytes > maxBytes)
                {
                    hasMore = true;
                    break;
                }

                var cells = new object?[shape.Columns.Count];
                for (var i = 0; i < cells.Length; i++)
                {
                    cells[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
                    bytes += cells[i] is string text ? 2 * text.Length : 8;
                }

                rows.Add(cells);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return new(shape.Columns, rows, hasMore, clock.Elapsed.TotalMilliseconds);
        }
        catch (DuckDBException failure)
        {
            throw Explain(failure, 1, cancellationToken);
        }
    }

    private void Fill(string statement, ResultShape shape, CancellationToken cancellationToken)
    {
        using var command = _connection.CreateCommand();
        Run(
            command,
            string.Create(CultureInfo.InvariantCulture, $"CREATE OR REPLACE TABLE {ResultTable} AS SELECT {shape.Projection} FROM (\n{statement}\n) LIMIT {_limits.MaxRows + 1}"),
            1, cancellationToken);
    }

    private ResultShape Describe(string statement, CancellationToken cancellationToken)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"DESCRIBE FROM (\n{statement}\n)";
        using var stop = cancellationToken.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            List<(string, string)> columns = [];
            while (reader.Read())
            {
                columns.Add((reader.GetString(0), reader.GetString(1)));
            }

            return ResultShape.Of(columns);
        }
        catch (DuckDBException failure)
        {
            throw Explain(failure, 1, cancellationToken);
        }
    }

    private static void Run(DuckDBCommand command, string sql, int linesBefore, CancellationToken cancellationToken)
    {
        command.CommandText = sql;
        using var stop = cancellationToken.Register(command.Cancel);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DuckDBException failure)
        {
            throw Explain(failure, linesBefore, cancellationToken);
        }
    }

    private static Exception Explain(DuckDBException failure, int linesBefore, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(failure.Message, failure, cancellationToken);
        }

        return failure.Message switch
        {
            var m when m.Contains("Out of Memory Error", StringComparison.Ordinal) || m.Contains("failed to allocate", StringComparison.OrdinalIgnoreCase)
                || m.Contains("max_temp_directory_size", StringComparison.Ordinal) =>
                new HubException(Refusal.Impossible, "The query needed more memory than one query may use on this server. Filter earlier, join on keys, or aggregate in steps.", "QUERY_MEMORY"),
            var m when m.Contains("No space left", StringComparison.Ordinal) || m.Contains("File too large", StringComparison.Ordinal) => TooLarge("too many bytes"),
            var m => new HubException(Refusal.Impossible, SqlText.Explain(m, linesBefore), "SQL_ERROR"),
        };
    }
}
