using System.Text;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// JSON: a list of records, records one after another, a list of lists, an object of lists, or any of these inside an object. Read by a
/// scanner of our own with limits; the engine's reader hangs on hostile nesting.
/// </summary>
public sealed class JsonFormat : IDatasetFormat
{
    private const int DefaultDepth = 3;
    private const int HeaderRows = 200;
    private const int PreviewRecords = 5000;
    private const long MaxColumnarBytes = 256L * 1024 * 1024;

    public string Name => "json";

    public bool NeedsWholeFile => false;

    public bool Recognises(ReadOnlySpan<byte> head) => FileKind.IsJson(head);

    public async Task<TextTable> OpenAsync(ImportSource source, CancellationToken cancellationToken)
    {
        var text = await JsonLiterals.ReplaceAsync(await TextDecoding.DecodeAsync(source, mustBeUnicode: true, cancellationToken), source, cancellationToken);
        var shape = JsonShape.Find(text.Path, text.Start, source);
        var spool = new RowSpool(Path.Combine(source.ScratchFolder, "records"));
        var report = new ImportReport
        {
            Format = shape.Kind == JsonShapeKind.Lines ? "ndjson" : "json",
            Encoding = text.Encoding,
            Header = true,
            RecordPath = shape.Path.Count == 0 ? null : string.Join('.', shape.Path),
            Sampled = source.IsPart,
            Notes = text.Notes,
        };
        return shape switch
        {
            { Kind: JsonShapeKind.Columns } => Columns(text, source, spool, report, cancellationToken),
            { FirstElement: JsonTokenType.StartArray } => Lists(text, shape, source, spool, report, cancellationToken),
            _ => Records(text, shape, source, spool, report, cancellationToken),
        };
    }

    private static SpooledTable Records(TextDecoding.DecodedText text, JsonShape shape, ImportSource source, RowSpool spool, ImportReport report, CancellationToken cancellationToken)
    {
        var rows = new JsonFlattener(spool, source.Options.FlattenDepth ?? DefaultDepth, source.Options.LastKeyWins);
        var count = Each(text, shape, source, (value, record, at) => rows.Record(value, record, at), cancellationToken);
        if (count == 0)
        {
            throw HubException.Impossible("The document holds no records.", "NO_ROWS");
        }

        if (rows.Columns.Count == 0)
        {
            throw HubException.Impossible("The records hold no values.", "NO_ROWS");
        }

        List<ImportNote> notes = [.. report.Notes];
        if (rows.HasNested)
        {
            notes.Add(new("NESTED_FLATTENED", "Members of nested objects became columns of their own, with a dot in their names."));
        }

        if (rows.HasText)
        {
            notes.Add(new("NESTED_AS_TEXT", "Lists, and objects that lie deeper, were kept as JSON text."));
        }

        if (rows.Nuls > 0)
        {
            notes.Add(new("NUL_REPLACED", $"{rows.Nuls} NUL characters were replaced by U+FFFD."));
        }

        if (rows.Loose > 0 && rows.Loose < count)
        {
            notes.Add(new("MIXED_RECORDS", $"{rows.Loose} of {count} records are no objects; they stand in the column value."));
        }

        return new(rows.Columns, report with { Notes = notes, Sampled = report.Sampled || (source.IsPreview && count >= PreviewRecords) }, spool);
    }

    /// <summary>Each inner list is a row.</summary>
    private static SpooledTable Lists(TextDecoding.DecodedText text, JsonShape shape, ImportSource source, RowSpool spool, ImportReport report, CancellationToken cancellationToken)
    {
        List<string[]> top = [];
        var width = 0;
        var count = Each(
            text,
            shape,
            source,
            (value, record, at) =>
            {
                var cells = Cells(value, record, at);
                if (cells is null)
                {
                    spool.Reject(record, value, "is no list");
                    return;
                }

                width = Math.Max(width, cells.Count);
                if (width > ImportLimits.MaxColumns)
                {
                    throw HubException.Impossible($"Record {record} has {width} values; this server takes up to {ImportLimits.MaxColumns} columns.", "TOO_MANY_COLUMNS");
                }

                if (top.Count < HeaderRows)
                {
                    top.Add([.. cells.Select(c => c is null ? "" : Encoding.UTF8.GetString(c))]);
                }

                spool.Begin(record);
                for (var i = 0; i < cells.Count; i++)
                {
                    if (cells[i] is { } cell)
                    {
                        spool.Cell(i, cell);
                    }
                }

                spool.End();
            },
            cancellationToken);
        if (top.Count == 0 || width == 0)
        {
            throw HubException.Impossible("The lists in this document hold no values.", "NO_ROWS");
        }

        var guess = HeaderGuess.LooksLikeHeader(top[0], [.. top.Skip(1)]);
        if (source.Options.Header is null)
        {
            source.Questions.Add(HeaderGuess.Ask(top[0], guess, "The document is a list of lists, which has no keys to name the columns."));
        }

        var hasHeader = source.Options.Header ?? guess;
        var header = Enumerable.Range(0, width).Select(i => hasHeader && i < top[0].Length ? top[0][i] : "").ToList();
        return new BehindTop(header, report with { Header = hasHeader, Sampled = report.Sampled || (source.IsPreview && count >= PreviewRecords) }, spool, hasHeader ? 1 : 0);
    }

    /// <summary>Each member is a column: turned into rows in memory, which is why its size is limited.</summary>
    private static SpooledTable Columns(TextDecoding.DecodedText text, ImportSource source, RowSpool spool, ImportReport report, CancellationToken cancellationToken)
    {
        if (new FileInfo(text.Path).Length > MaxColumnarBytes)
        {
            throw HubException.Impossible($"An object of lists may have up to {MaxColumnarBytes / 1024 / 1024} MB. Write it as one record per line.", "RECORD_TOO_LARGE");
        }

        using var scanner = new JsonScanner(text.Path, text.Start, source.IsPart);
        using var bytes = new MemoryStream();
        List<string> names = [];
        List<List<(int Start, int Length)>> columns = [];
        scanner.Read();
        while (scanner.Read(wantsText: true) && scanner.Token == JsonTokenType.PropertyName)
        {
            cancellationToken.ThrowIfCancellationRequested();
            names.Add(scanner.Text!);
            List<(int Start, int Length)> column = [];
            columns.Add(column);
            scanner.Read();
            while (scanner.Read() && scanner.Token != JsonTokenType.EndArray && scanner.TryValue(out var value))
            {
                var cell = Cell(value, column.Count + 1, 0);
                column.Add(cell is null ? (0, -1) : ((int)bytes.Length, cell.Length));
                bytes.Write(cell);
            }
        }

        var buffer = bytes.GetBuffer();
        for (var row = 0; row < columns.Max(c => c.Count); row++)
        {
            spool.Begin(row + 1);
            for (var i = 0; i < columns.Count; i++)
            {
                if (row < columns[i].Count && columns[i][row] is { Length: >= 0 } cell)
                {
                    spool.Cell(i, buffer.AsSpan(cell.Start, cell.Length));
                }
            }

            spool.End();
        }

        return names.Count <= ImportLimits.MaxColumns
            ? new(names, report, spool)
            : throw HubException.Impossible($"The document has {names.Count} columns; this server takes up to {ImportLimits.MaxColumns}.", "TOO_MANY_COLUMNS");
    }

    private delegate void OnValue(ReadOnlySpan<byte> value, long record, long byteOffset);

    /// <summary>Goes through the records wherever they are.</summary>
    private static long Each(TextDecoding.DecodedText text, JsonShape shape, ImportSource source, OnValue each, CancellationToken cancellationToken)
    {
        using var scanner = new JsonScanner(text.Path, text.Start, source.IsPart);
        long records = 0;
        if (shape.Kind == JsonShapeKind.List)
        {
            scanner.Read();
            foreach (var step in shape.Path)
            {
                Enter(scanner, step);
            }
        }

        while (scanner.Read() && scanner.Token != JsonTokenType.EndArray)
        {
            if (!scanner.TryValue(out var value))
            {
                return records > 0 ? records : throw HubException.Impossible("The first record is longer than what is read for a preview. Import the file to see it.", "PREVIEW_RECORD_TOO_LONG");
            }

            each(value, ++records, scanner.ValueOffset);
            if (records % 1000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (source.IsPreview && records >= PreviewRecords)
            {
                return records;
            }
        }

        // What stands behind the list must be well-formed, too: nothing is imported from a broken file.
        while (shape.Kind == JsonShapeKind.List && scanner.Read())
        {
            if (shape.Path.Count == 0)
            {
                throw JsonScanner.Refused("something stands behind the list of records", scanner.ValueOffset);
            }
        }

        return records;
    }

    /// <summary>Goes on to the value of a member of the object that was just opened.</summary>
    private static void Enter(JsonScanner scanner, string member)
    {
        while (scanner.Read(wantsText: true) && scanner.Token == JsonTokenType.PropertyName)
        {
            var isIt = scanner.Text == member;
            scanner.Read();
            if (isIt)
            {
                return;
            }

            scanner.Skip();
        }
    }

    private static List<byte[]?>? Cells(ReadOnlySpan<byte> value, long record, long byteOffset)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = JsonScanner.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        List<byte[]?> cells = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            cells.Add(Cell(value[from..(int)reader.BytesConsumed], record, byteOffset));
        }

        return cells;
    }

    /// <summary>Text of a value; <c>null</c> when it is none.</summary>
    private static byte[]? Cell(ReadOnlySpan<byte> value, long record, long byteOffset)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = JsonScanner.MaxDepth });
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                try
                {
                    var text = new byte[reader.ValueSpan.Length];
                    return text[..reader.CopyString(text)];
                }
                catch (InvalidOperationException)
                {
                    throw JsonScanner.Refused($"record {record} holds half of a surrogate pair", byteOffset);
                }

            default:
                return value.ToArray();
        }
    }

    /// <summary>A table whose first rows are not data.</summary>
    private sealed class BehindTop(IReadOnlyList<string> header, ImportReport description, RowSpool spool, long lines) : SpooledTable(header, description, spool)
    {
        protected override bool Includes(TextRow row) => row.Line > lines;
    }
}
