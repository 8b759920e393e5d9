using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// Parquet, read by the engine in the child process that imports. The file says what its columns are: numbers, moments and texts keep
/// their types; what MLHub has no type for becomes text, and the report says so.
/// </summary>
public sealed class ParquetFormat : IDatasetFormat
{
    private const int MinBytes = 12;

    public string Name => "parquet";

    public bool NeedsWholeFile => true;

    public bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("PAR1"u8) || head.StartsWith("PARE"u8);

    public Task<TextTable> OpenAsync(ImportSource source, CancellationToken cancellationToken)
    {
        CheckEnds(source.Path);
        var connection = Sql.Open(null, source.ScratchFolder, source.Threads, Math.Min(source.MemoryBytes / 4, 1L << 30));
        try
        {
            connection.Run($"SET allowed_paths=[{Sql.Text(source.Path)}]; SET enable_external_access=false; SET lock_configuration=true");
            return Task.FromResult<TextTable>(ParquetTable.Open(connection, source));
        }
        catch (DuckDBException broken)
        {
            connection.Dispose();
            throw Corrupt(broken);
        }
    }

    internal static HubException Corrupt(DuckDBException broken) => broken.Message.Contains("Out of Memory", StringComparison.OrdinalIgnoreCase)
        ? HubException.Impossible("The Parquet file has pages that are larger than the memory that an import may use. Write it with smaller row groups.", "OUT_OF_MEMORY")
        : HubException.Impossible("The Parquet file is damaged, or uses a compression that this server does not read. Write it again (snappy, gzip and zstd are read everywhere) and upload that.", "PARQUET_CORRUPT");

    /// <summary>The marks at both ends and the length of the footer, before the engine trusts them.</summary>
    private static void CheckEnds(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4], tail = stackalloc byte[8];
        if (file.Length < MinBytes)
        {
            throw Cut();
        }

        file.ReadExactly(head);
        file.Position = file.Length - 8;
        file.ReadExactly(tail);
        if (head.SequenceEqual("PARE"u8) || tail[4..].SequenceEqual("PARE"u8))
        {
            throw HubException.Impossible("The Parquet file is encrypted. Write it without encryption and upload that.", "FILE_ENCRYPTED");
        }

        if (!tail[4..].SequenceEqual("PAR1"u8) || BinaryPrimitives.ReadUInt32LittleEndian(tail) > file.Length - MinBytes)
        {
            throw Cut();
        }

        static HubException Cut() => HubException.Impossible("The Parquet file is cut or damaged: its end is not where it should be. Download or write it again; nothing of it was imported.", "PARQUET_CORRUPT");
    }
}

/// <summary>The file as the engine sees it; each reading decodes it once more.</summary>
internal sealed class ParquetTable : TextTable
{
    private const int RowsPerReport = 20_000;
    private const int PreviewRows = 3000;
    private const long FreeBytes = 512L * 1024 * 1024;
    private const int MaxRatio = 2000;

    private readonly DuckDBConnection _connection;
    private readonly ImportSource _source;
    private readonly List<Column> _columns;
    private readonly ImportReport _report;
    private readonly long _rows;
    private readonly long _budget;

    private ParquetTable(DuckDBConnection connection, ImportSource source, List<Column> columns, ImportReport report, long rows)
    {
        _connection = connection;
        _source = source;
        _columns = columns;
        _report = report;
        _rows = rows;
        _budget = FreeBytes + (MaxRatio * new FileInfo(source.Path).Length);
        Header = [.. columns.Select(c => c.Name)];
    }

    private sealed record Column(string Name, string Expression, ColumnType? Type);

    public override IReadOnlyList<string> Header { get; }

    public override ImportReport Description => _report;

    public override bool MayHaveDecimalComma => false;

    public override ColumnType? DeclaredType(int column) => _columns[column].Type;

    public static ParquetTable Open(DuckDBConnection connection, ImportSource source)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM read_parquet({Sql.Text(source.Path)})";
        var rows = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        List<(string Name, string Type)> found = [];
        command.CommandText = $"DESCRIBE SELECT * FROM read_parquet({Sql.Text(source.Path)})";
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                found.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        if (rows == 0 || found.Count == 0)
        {
            throw HubException.Impossible("The Parquet file holds no rows.", "NO_ROWS");
        }

        if (found.Count > ImportLimits.MaxColumns)
        {
            throw HubException.Impossible($"The file has {found.Count} columns; this server takes up to {ImportLimits.MaxColumns}.", "TOO_MANY_COLUMNS");
        }

        List<ImportNote> notes = [];
        var columns = found.Select(c => Map(connection, source, c.Name, c.Type, notes)).ToList();
        var report = new ImportReport { Format = "parquet", Header = true, Notes = notes, Sampled = source.IsPreview && rows > PreviewRows };
        return new(connection, source, columns, report, rows);
    }

    public override void Read(ITextRowSink sink, Action<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.UseStreamingMode = true;
            command.CommandText = $"SELECT {string.Join(", ", _columns.Select(c => c.Expression))} FROM read_parquet({Sql.Text(_source.Path)}){(_source.IsPreview ? $" LIMIT {PreviewRows}" : "")}";
            using var reader = command.ExecuteReader();
            var row = new TextRow();
            var buffer = new byte[4096];
            long line = 0, total = 0;
            while (reader.Read())
            {
                row.Reset(buffer, _columns.Count, ++line);
                var used = 0;
                for (var i = 0; i < _columns.Count; i++)
                {
                    if (reader.IsDBNull(i))
                    {
                        continue;
                    }

                    var text = reader.GetString(i);
                    var most = Encoding.UTF8.GetMaxByteCount(text.Length);
                    if (used + most > buffer.Length)
                    {
                        Array.Resize(ref buffer, Math.Max(buffer.Length * 2, used + most));
                        row.Buffer = buffer;
                    }

                    var length = Encoding.UTF8.GetBytes(text, buffer.AsSpan(used));
                    row.Set(i, used, length);
                    used += length;
                }

                total += used + _columns.Count;
                if (total > _budget || used > ImportLimits.MaxRowBytes)
                {
                    throw HubException.Impossible("The Parquet file holds far more than its size lets one expect. It was not read to its end, and nothing of it was imported.", "OUTPUT_TOO_LARGE");
                }

                sink.Row(row);
                if (line % RowsPerReport == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress(Math.Min(1, (double)line / _rows));
                }
            }
        }
        catch (DuckDBException broken)
        {
            throw ParquetFormat.Corrupt(broken);
        }
    }

    private static Column Map(DuckDBConnection connection, ImportSource source, string name, string type, List<ImportNote> notes)
    {
        var column = Sql.Name(name);
        var text = $"CAST({column} AS VARCHAR)";
        switch (type)
        {
            case "BOOLEAN":
                return new(name, text, ColumnType.Boolean);
            case "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER":
                return new(name, text, ColumnType.Integer);
            case "UBIGINT" or "HUGEINT" or "UHUGEINT":
                // Integers when 64 bits hold them all, otherwise text: that shows in the values.
                return new(name, text, null);
            case "FLOAT":
                return new(name, $"CAST(CAST({column} AS DOUBLE) AS VARCHAR)", ColumnType.Number);
            case "DOUBLE":
                return new(name, text, ColumnType.Number);
            case "DATE":
                return new(name, text, ColumnType.Date);
            case "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS":
                return new(name, text, ColumnType.Datetime);
            case "TIMESTAMP_NS":
                notes.Add(new("TIME_PRECISION", "Times have nanoseconds; they were cut to microseconds.", name));
                return new(name, $"CAST(CAST({column} AS TIMESTAMP) AS VARCHAR)", ColumnType.Datetime);
            case "TIMESTAMP WITH TIME ZONE":
                notes.Add(new("TIMEZONE_CONVERTED", "Times with a zone were converted to UTC.", name));
                return new(name, text, ColumnType.Datetime);
            case "TIME":
                return new(name, text, ColumnType.Time);
            case "TIME_NS":
                return new(name, $"CAST(CAST({column} AS TIME) AS VARCHAR)", ColumnType.Time);
            case "VARCHAR" or "UUID":
                return new(name, text, ColumnType.Text);
            case var other when other.StartsWith("DECIMAL", StringComparison.Ordinal):
                return Decimal(connection, source, name, other, notes);
            case var other when other.StartsWith("ENUM", StringComparison.Ordinal):
                return new(name, text, ColumnType.Text);
            case var other when other.EndsWith(']') || other.StartsWith("STRUCT", StringComparison.Ordinal) || other.StartsWith("MAP", StringComparison.Ordinal) || other.StartsWith("UNION", StringComparison.Ordinal) || other is "VARIANT" or "JSON":
                notes.Add(new("NESTED_AS_TEXT", $"Values of the type {Short(other)} were kept as JSON text.", name));
                return new(name, $"CAST(to_json({column}) AS VARCHAR)", ColumnType.Text);
            default:
                notes.Add(new("TYPE_AS_TEXT", $"Values of the type {Short(type)} were kept as text.", name));
                return new(name, text, ColumnType.Text);
        }
    }

    /// <summary>A number when no value is changed by becoming a double, otherwise text.</summary>
    private static Column Decimal(DuckDBConnection connection, ImportSource source, string name, string type, List<ImportNote> notes)
    {
        var column = Sql.Name(name);
        var text = $"CAST({column} AS VARCHAR)";
        var isWhole = type.EndsWith(",0)", StringComparison.Ordinal);
        if (isWhole)
        {
            return new(name, text, null);
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT coalesce(bool_and(CAST(CAST({column} AS DOUBLE) AS {type}) = {column}), true) FROM read_parquet({Sql.Text(source.Path)})";
        if (command.ExecuteScalar() is true)
        {
            return new(name, text, ColumnType.Number);
        }

        notes.Add(new("LONG_DECIMALS", $"Values of the type {type} have more digits than a number holds. The column was kept as text, because rounding would change them.", name));
        return new(name, text, ColumnType.Text);
    }

    private static string Short(string type) => type.Length > 60 ? type[..60] + " …" : type;
}
