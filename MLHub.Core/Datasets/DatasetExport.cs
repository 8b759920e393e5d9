using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

public enum ExportFormat
{
    Csv,
    Parquet,
    Json,

    /// <summary>The uploaded bytes as they came.</summary>
    Original,
}

/// <summary>A version as a file to be taken away. The hidden row id stays behind.</summary>
/// <param name="Content">Can seek when ranges of it may be asked for; <c>null</c> when <paramref name="WriteAsync"/> makes it on the way.</param>
/// <param name="Tag">Changes when the bytes do.</param>
public sealed record ExportFile(string FileName, string ContentType, Stream? Content, Func<Stream, CancellationToken, Task>? WriteAsync, string Tag);

/// <summary>Writes versions as CSV, JSON and Parquet, row by row: memory does not grow with the table.</summary>
public sealed class DatasetExport(VersionFiles versions, IBlobStore blobs, RowEngine engine, IOptions<HubOptions> hub) : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly SemaphoreSlim _writing = new(1);

    /// <param name="raw">Leaves cells of CSV as they are. Otherwise a cell that a spreadsheet would run as a formula gets an apostrophe.</param>
    public async Task<ExportFile> OpenAsync(Actor actor, Guid datasetId, int version, ExportFormat format, bool raw, CancellationToken cancellationToken)
    {
        if (format == ExportFormat.Original)
        {
            var (original, fileName) = await versions.RequireOriginalAsync(actor, datasetId, version, cancellationToken);
            // Never the type that the sender gave it: a browser must not open it here.
            return new(fileName, "application/octet-stream", await blobs.OpenAsync(original, cancellationToken), null, original.ToString()[..32]);
        }

        var ready = await versions.RequireAsync(actor, datasetId, version, cancellationToken);
        var name = $"{ready.DatasetName}-v{ready.Number}";
        var tag = ready.Content.ToString()[..32];
        switch (format)
        {
            case ExportFormat.Parquet:
                return new(name + ".parquet", "application/vnd.apache.parquet", await ParquetAsync(ready, cancellationToken), null, tag + "p");
            case ExportFormat.Json:
                return new(name + ".json", "application/json", null, (target, token) => StreamAsync(ready, target, new JsonRows(ready.Columns), token), tag + "j");
            default:
                return new(name + ".csv", "text/csv; charset=utf-8", null, (target, token) => StreamAsync(ready, target, new CsvRows(ready.Columns, raw), token), tag + (raw ? "r" : "c"));
        }
    }

    /// <summary>The rows of a filtered or sorted view as CSV, in its order.</summary>
    /// <exception cref="HubException"><c>BAD_FILTER</c>, <c>UNKNOWN_COLUMN</c>, <c>VERSION_NOT_READY</c>.</exception>
    public async Task<ExportFile> OpenViewAsync(Actor actor, Guid datasetId, int version, RowQuery view, bool raw, CancellationToken cancellationToken)
    {
        var ready = await versions.RequireAsync(actor, datasetId, version, cancellationToken);
        var filter = string.IsNullOrWhiteSpace(view.Filter) ? null : RowFilter.Parse(view.Filter, ready.Columns);
        var order = DatasetReader.Order(view.Sort, ready.Columns);
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ready.Content}\n{order}\n{filter?.Key}\n{raw}")))[..32];
        return new(
            $"{ready.DatasetName}-v{ready.Number}-rows.csv", "text/csv; charset=utf-8", null,
            (target, token) => StreamAsync(ready, target, new CsvRows(ready.Columns, raw), token, filter, order), tag);
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>The file as one that can seek, for those who ask for a part of it: what is written on the way otherwise is written down once and kept.</summary>
    public async Task<Stream> WholeAsync(ExportFile file, CancellationToken cancellationToken) => file.Content ?? await KeptAsync(
        file.Tag,
        async part =>
        {
            await using var target = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, FlushBytes, FileOptions.Asynchronous);
            await file.WriteAsync!(target, cancellationToken);
        },
        cancellationToken);

    /// <summary>The table without its row id.</summary>
    private Task<Stream> ParquetAsync(ReadyVersion ready, CancellationToken cancellationToken) => KeptAsync(
        ready.Content.ToString(),
        async part =>
        {
            using var file = await blobs.FetchAsync(ready.Content, cancellationToken);
            await Task.Run(
                () =>
                {
                    using var connection = engine.Connect();
                    connection.Run(
                        $"COPY (SELECT * EXCLUDE ({Sql.Name(ColumnSchema.RowId)}) FROM read_parquet({Sql.Text(file.Path)}) ORDER BY {Sql.Name(ColumnSchema.RowId)}) TO {Sql.Text(part)} (FORMAT parquet, COMPRESSION zstd)");
                },
                cancellationToken);
        },
        cancellationToken);

    /// <summary>Written once and kept: ranges of it must be the same at each request.</summary>
    private async Task<Stream> KeptAsync(string name, Func<string, Task> write, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(hub.Value.PathOf("cache/exports")).FullName;
        var path = Path.Combine(folder, name);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!File.Exists(path))
            {
                var part = $"{path}.part";
                await write(part);
                foreach (var old in new DirectoryInfo(folder).GetFiles().OrderByDescending(f => f.LastWriteTimeUtc).Skip(20))
                {
                    old.Delete();
                }

                File.Move(part, path, overwrite: true);
            }

            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task StreamAsync(ReadyVersion ready, Stream target, RowWriter rows, CancellationToken cancellationToken, RowFilter? filter = null, string order = "")
    {
        using var file = await blobs.FetchAsync(ready.Content, cancellationToken);
        using var connection = engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {string.Join(", ", ready.Columns.Select(c => Sql.Name(c.Name)))} FROM read_parquet({Sql.Text(file.Path)}) {(filter is null ? "" : $"WHERE {filter.Condition} ")}ORDER BY {(order.Length == 0 ? "" : order + ", ")}{Sql.Name(ColumnSchema.RowId)}";
        command.UseStreamingMode = true;
        filter?.Bind(command);
        using var stop = cancellationToken.Register(command.Cancel);
        using var reader = await Task.Run(() => Open(command, filter), cancellationToken);
        var text = new StringBuilder();
        rows.Begin(text);
        var cells = new object?[ready.Columns.Count];
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Row(text, cells);
            if (text.Length > FlushBytes)
            {
                await FlushAsync();
            }
        }

        rows.End(text);
        await FlushAsync();

        async Task FlushAsync()
        {
            await target.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
            text.Clear();
        }
    }

    /// <summary>A pattern that the engine does not take is refused here, before the first byte is on its way.</summary>
    private static DuckDBDataReader Open(DuckDBCommand command, RowFilter? filter)
    {
        try
        {
            return command.ExecuteReader();
        }
        catch (DuckDBException refused) when (filter?.IsRefusal(refused) == true)
        {
            throw RowFilter.BadPattern(refused);
        }
    }

    private abstract class RowWriter
    {
        public abstract void Begin(StringBuilder text);

        public abstract void Row(StringBuilder text, object?[] cells);

        public virtual void End(StringBuilder text)
        {
        }

        protected static string Show(object value, ColumnType type) => value switch
        {
            bool yes => yes ? "true" : "false",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
            DateTime moment => moment.ToString(type == ColumnType.Date ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private sealed class CsvRows(IReadOnlyList<DatasetColumn> columns, bool raw) : RowWriter
    {
        public override void Begin(StringBuilder text)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                Cell(text, i, columns[i].Name, isText: true);
            }

            text.Append('\n');
        }

        public override void Row(StringBuilder text, object?[] cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                Cell(text, i, cells[i] is { } value ? Show(value, columns[i].Type) : "", columns[i].Type == ColumnType.Text);
            }

            text.Append('\n');
        }

        private void Cell(StringBuilder text, int index, string value, bool isText)
        {
            if (index > 0)
            {
                text.Append(',');
            }

            if (isText && !raw)
            {
                value = FormulaGuard.Protect(value);
            }

            // A lone empty cell would be a blank line.
            if (value.AsSpan().IndexOfAny(",\"\n\r") >= 0 || (isText && value.Length > 0 && (value[0] == ' ' || value[^1] == ' ')) || (columns.Count == 1 && value.Length == 0))
            {
                text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                text.Append(value);
            }
        }
    }

    private sealed class JsonRows(IReadOnlyList<DatasetColumn> columns) : RowWriter
    {
        private readonly string[] _names = [.. columns.Select(c => JsonSerializer.Serialize(c.Name))];
        private bool _isFirst = true;

        public override void Begin(StringBuilder text) => text.Append('[');

        public override void Row(StringBuilder text, object?[] cells)
        {
            text.Append(_isFirst ? "\n{" : ",\n{");
            _isFirst = false;
            for (var i = 0; i < cells.Length; i++)
            {
                text.Append(i > 0 ? "," : "").Append(_names[i]).Append(':').Append(cells[i] switch
                {
                    null => "null",
                    long or bool => Show(cells[i]!, columns[i].Type),
                    double number when double.IsFinite(number) => Show(number, columns[i].Type),
                    { } other => JsonSerializer.Serialize(Show(other, columns[i].Type)),
                });
            }

            text.Append('}');
        }

        public override void End(StringBuilder text) => text.Append("\n]\n");
    }
}
