using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

internal sealed class DelimitedTable(TextDecoding.DecodedText text, DialectFinder.Found found, ImportSource source) : TextTable
{
    private const int RowsPerReport = 20_000;

    private readonly HashSet<string> _noted = [];
    private readonly List<ImportNote> _notes = [.. text.Notes, .. found.Notes];
    private int _comments;

    public override IReadOnlyList<string> Header => found.Header;

    public override bool MayHaveDecimalComma => found.Dialect.Delimiter != ',';

    public override bool HasWrittenNumbers => true;

    public override ImportReport Description => new()
    {
        Format = found.Dialect.Delimiter == '\t' ? "tsv" : "csv",
        Encoding = text.Encoding,
        Delimiter = found.Dialect.DelimiterName,
        Quote = found.Dialect.Quote is { } quote ? ((char)quote).ToString() : null,
        Header = found.Dialect.HasHeader,
        SkippedLines = found.PreambleLines,
        CommentLines = _comments,
        Notes = [.. _notes],
    };

    public override void Read(ITextRowSink sink, Action<double> progress, CancellationToken cancellationToken)
    {
        var file = new FileStream(text.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        var length = Math.Max(1, file.Length);
        file.Position = text.Start;
        using var reader = new DelimitedReader(file, found.Dialect, source.IsPart);
        var width = Header.Count;
        var headerPassed = !found.Dialect.HasHeader;
        var comment = found.Dialect.Comment;
        var isTold = source.Options.Comment is not null;
        var comments = 0;
        var rows = 0;
        while (reader.Read())
        {
            if (++rows % RowsPerReport == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress((double)reader.Offset / length);
            }

            var row = reader.Row;
            if (row.Line <= found.Dialect.SkipLines)
            {
                continue;
            }

            if (comment.Length > 0 && (isTold || row.Count != width) && row.Buffer.AsSpan(row.RawStart, row.RawLength).StartsWith(comment))
            {
                comments++;
                continue;
            }

            if (!headerPassed)
            {
                headerPassed = true;
                continue;
            }

            if (row.Count == width)
            {
                // In a table of one column an empty line is a row without a value; the others have no such row.
                sink.Row(row);
            }
            else if (row.Count == 1 && row[0].IndexOfAnyExcept(" \t"u8) < 0)
            {
                Note("BLANK_LINES", "Blank lines were passed over.", row.Line);
            }
            else if (row.Count == width + 1 && row[width].IsEmpty)
            {
                Note("TRAILING_DELIMITER", "Rows end with a delimiter that the header does not have; it was passed over.", row.Line);
                sink.Row(row);
            }
            else if (row.Count < width && source.Options.Ragged == RaggedRows.Pad)
            {
                while (row.Count < width)
                {
                    row.AddNull();
                }

                Note("ROWS_PADDED", "Short rows were filled up with missing values.", row.Line);
                sink.Row(row);
            }
            else
            {
                sink.Reject(row.Line, row.Raw, $"{row.Count} cells instead of {width}");
            }
        }

        _comments = comments;
        foreach (var window in text.Windows)
        {
            ReadWindow(window, sink);
        }

        if (reader.StrayQuotes > 0)
        {
            Note("STRAY_QUOTES", $"{reader.StrayQuotes} cells hold quotes in their middle; they were kept as they stand.", null);
        }
    }

    /// <summary>A piece that begins anywhere, perhaps inside quotes: only rows of the right width count, and whatever breaks says nothing.</summary>
    private void ReadWindow(byte[] window, ITextRowSink sink)
    {
        var start = window.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') + 1;
        using var reader = new DelimitedReader(new MemoryStream(window, start, window.Length - start), found.Dialect, isPart: true);
        try
        {
            while (reader.Read())
            {
                if (reader.Row.Count == Header.Count)
                {
                    reader.Row.Line = 0;
                    sink.Row(reader.Row);
                }
            }
        }
        catch (HubException)
        {
            // The import itself will tell line and byte, if there is anything to tell.
        }
    }

    private void Note(string code, string message, long? line)
    {
        if (_noted.Add(code))
        {
            _notes.Add(new(code, message, Line: line));
        }
    }
}
