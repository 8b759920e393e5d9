using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// Finds delimiter, quote, preamble and header from samples of the text: its beginning, its end and some places between.
/// The reading that gives the most rows of one and the same width wins; guesses that matter become notes in the report.
/// </summary>
internal static class DialectFinder
{
    private const int HeadBytes = 1024 * 1024;
    private const int TailBytes = 256 * 1024;
    private const int BlockBytes = 64 * 1024;
    private const int Blocks = 8;
    private const int MaxRowsOfSample = 2000;

    private static readonly byte[] Delimiters = [(byte)',', (byte)';', (byte)'\t', (byte)'|', 0x01];

    public sealed record Found(Dialect Dialect, IReadOnlyList<string> Header, IReadOnlyList<ImportNote> Notes, int PreambleLines);

    public static Found Find(string path, int start, ImportSource source)
    {
        var options = source.Options;
        var head = Sample(path, start, HeadBytes, out var isWhole);
        isWhole &= !source.IsPart;
        if (head.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw HubException.Impossible("The file is empty.", "EMPTY_FILE");
        }

        byte[][] more = isWhole ? [] : [.. Elsewhere(path, start), .. source.Windows];
        var quotes = options.Quote switch
        {
            null => FindQuotes(head),
            "" => [null],
            { } one => [OneByte(one, "quote")],
        };
        var delimiters = options.Delimiter is { Length: > 0 } wanted ? [OneByte(wanted, "delimiter")] : Delimiters;
        var (dialect, rows) = Best(head, isWhole, more, delimiters, quotes);
        return Arrange(dialect, rows, source);
    }

    /// <summary>Which rows come before the table, and whether its first row holds names.</summary>
    private static Found Arrange(Dialect dialect, List<SampleRow> rows, ImportSource source)
    {
        var options = source.Options;
        List<ImportNote> notes = [];
        var comment = options.Comment ?? "#";
        rows = comment == "#" ? rows : [.. rows.Select(r => r with { IsComment = comment.Length > 0 && r.Cells[0].StartsWith(comment, StringComparison.Ordinal) })];
        var skip = options.SkipRows ?? 0;
        var candidates = rows.Where(r => r.Line > skip && !r.IsBlank).ToList();
        if (candidates.Count == 0)
        {
            throw HubException.Impossible("Behind the lines to skip there is nothing.", "EMPTY_FILE");
        }

        var width = Width(candidates);
        var hasComments = options.Comment is { } told ? told.Length > 0 : candidates[0].IsComment && candidates[0].Cells.Length != width && candidates.Exists(r => !r.IsComment);
        var first = 0;
        while (first < candidates.Count - 1)
        {
            var row = candidates[first];
            var isPreamble = options.SkipRows is null && width > 1 && row.Cells.Length <= width / 2;
            if (!(hasComments && row.IsComment) && !isPreamble)
            {
                break;
            }

            first++;
        }

        // A file whose rows are all narrower than its widest has no preamble: it is ragged.
        if (candidates.Count - first < 1 || first > 100)
        {
            first = 0;
        }

        var top = candidates[first];
        var preamble = candidates.Take(first).Count(r => !(hasComments && r.IsComment));
        if (preamble > 0)
        {
            notes.Add(new("PREAMBLE_SKIPPED", $"{preamble} lines before the table were passed over; it begins in line {top.Line}.", Line: 1));
            source.Questions.Add(new(
                "skipRows", "Where does the table begin?", [.. candidates.Take(first + 2).Select(r => new ImportChoice($"{r.Line - 1}", $"In line {r.Line}: {HeaderGuess.Excerpt(r.Cells)}"))], $"{top.Line - 1}",
                $"The first {preamble} lines do not look like the rows of the table.")
            { Code = "PREAMBLE_SKIPPED" });
        }

        var body = candidates.Skip(first + 1).Where(r => !(hasComments && r.IsComment)).ToList();
        var hasHeader = options.Header ?? HeaderGuess.LooksLikeHeader(top.Cells, [.. body.Select(r => r.Cells)]);
        if (options.Header is null && !hasHeader)
        {
            notes.Add(new("HEADER_MISSING", "The first row looks like data, so the columns were named column_1, column_2 … If it holds names, import again and say so.", Line: top.Line));
            source.Questions.Add(HeaderGuess.Ask(top.Cells, guess: false, "The first row looks like those below it."));
        }

        var header = hasHeader ? top.Cells : Enumerable.Repeat("", top.Cells.Length).ToArray();
        if (hasHeader && body.Count > 0)
        {
            header = FitToRows(header, body, notes);
        }

        if (header.Length > ImportLimits.MaxColumns)
        {
            throw HubException.Impossible(
                $"The file has {header.Length} columns; this server takes up to {ImportLimits.MaxColumns}. Is it transposed, or is the delimiter another one?", "TOO_MANY_COLUMNS");
        }

        var found = dialect with { SkipLines = (int)top.Line - 1, Comment = hasComments ? System.Text.Encoding.UTF8.GetBytes(comment) : [], HasHeader = hasHeader };
        return new(found, header, notes, preamble);
    }

    /// <summary>R writes row names without a name for them; some programs end each row, or only the header, with a delimiter.</summary>
    private static string[] FitToRows(string[] header, List<SampleRow> body, List<ImportNote> notes)
    {
        var width = Width(body);
        if (header.Length == width - 1)
        {
            if (body.TrueForAll(r => r.Cells.Length < width || r.Cells[^1].Trim().Length == 0))
            {
                return header;
            }

            notes.Add(new("HEADER_SHIFTED", "The header has one name less than the rows have cells: the first column holds row names and was called row_name.", Line: null));
            return ["row_name", .. header];
        }

        if (header.Length == width + 1 && header[^1].Trim().Length == 0)
        {
            return header[..^1];
        }

        return header;
    }

    private static (Dialect Dialect, List<SampleRow> Rows) Best(byte[] head, bool isWhole, byte[][] more, byte[] delimiters, byte?[] quotes)
    {
        (Dialect Dialect, List<SampleRow> Rows)? best = null;
        var bestScore = double.NegativeInfinity;
        HubException? refused = null;
        foreach (var quote in quotes)
        {
            foreach (var delimiter in delimiters)
            {
                var dialect = new Dialect(delimiter, quote, quote is { } q && HasBackslashEscapes(head, q));
                var rows = Rows(head, dialect, isWhole, out var unreadable);
                refused ??= unreadable;
                if (rows.TrueForAll(r => r.IsBlank))
                {
                    continue;
                }

                // A reading that breaks may still be the right one of a broken file: then the import says where it broke.
                var score = Score(rows) - (unreadable is null ? 0 : 0.1) + more.Sum(block => Score(RowsOfBlock(block, dialect))) / Math.Max(1, more.Length);
                if (best is null || score > bestScore + 1e-9)
                {
                    best = (dialect, rows);
                    bestScore = score;
                }
            }
        }

        if (refused is not null && (best is null || Width(best.Value.Rows) == 1))
        {
            throw refused;
        }

        return best ?? throw HubException.Impossible("The file is empty.", "EMPTY_FILE");
    }

    /// <summary>Share of the rows that have the usual width, and a little for more columns; one column only means nothing was parted.</summary>
    private static double Score(List<SampleRow> rows)
    {
        var filled = rows.Where(r => !r.IsBlank).ToList();
        if (filled.Count == 0)
        {
            return 0;
        }

        var width = Width(filled);
        var consistent = filled.Count(r => r.Cells.Length == width) / (double)filled.Count;
        return width == 1 ? 0.4 : consistent + Math.Min(width, 50) * 0.002;
    }

    private static int Width(List<SampleRow> rows) =>
        rows.GroupBy(r => r.Cells.Length).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;

    private static List<SampleRow> Rows(byte[] sample, Dialect dialect, bool isWhole, out HubException? unreadable)
    {
        unreadable = null;
        List<SampleRow> rows = [];
        using var reader = new DelimitedReader(new MemoryStream(sample), dialect, !isWhole);
        try
        {
            while (rows.Count < MaxRowsOfSample && reader.Read())
            {
                // The last row of a part of the file is most likely cut.
                if (isWhole || reader.Offset < sample.Length)
                {
                    rows.Add(SampleRow.Of(reader.Row));
                }
            }
        }
        catch (HubException broken)
        {
            // In a part of the file the quote may be closed behind it; the reader of the whole text decides.
            unreadable = isWhole ? broken : null;
        }

        return rows;
    }

    private static List<SampleRow> RowsOfBlock(byte[] block, Dialect dialect)
    {
        // It begins somewhere in a row, perhaps inside quotes: a reading that breaks says nothing about the dialect.
        var start = block.AsSpan().IndexOfAny((byte)'\n', (byte)'\r');
        return start < 0 ? [] : Rows(block[(start + 1)..], dialect, isWhole: false, out _);
    }

    /// <summary>A double quote unless single ones stand at both ends of cells and double ones do not.</summary>
    private static byte?[] FindQuotes(byte[] head)
    {
        int Ends(byte quote)
        {
            var count = 0;
            for (var i = 0; i < head.Length; i++)
            {
                if (head[i] == quote && (i == 0 || head[i - 1] is (byte)'\n' or (byte)'\r' || Delimiters.Contains(head[i - 1])))
                {
                    count++;
                }
            }

            return count;
        }

        return Ends((byte)'\'') > 2 && Ends((byte)'"') == 0 ? [(byte)'\'', (byte)'"'] : [(byte)'"'];
    }

    private static bool HasBackslashEscapes(ReadOnlySpan<byte> head, byte quote)
    {
        // "C:\" ends in a backslash without escaping anything; \" before more text does escape.
        var escaped = 0;
        for (var i = 1; i + 1 < head.Length; i++)
        {
            if (head[i] == quote && head[i - 1] == '\\' && !Delimiters.Contains(head[i + 1]) && head[i + 1] is not ((byte)'\n' or (byte)'\r'))
            {
                escaped++;
            }
        }

        return escaped > 0 && head.IndexOf([quote, quote]) < 0;
    }

    private static byte OneByte(string text, string field)
    {
        var one = text.ToLowerInvariant() switch
        {
            "tab" or "\\t" => "\t",
            "^a" => "\u0001",
            _ => text,
        };
        return one.Length == 1 && one[0] < 0x80 && one[0] is not ('\n' or '\r')
            ? (byte)one[0]
            : throw HubException.Field(field, $"The {field} is one ASCII character, or the word tab.", "BAD_OPTIONS");
    }

    private static byte[] Sample(string path, long start, int bytes, out bool isWhole)
    {
        using var file = File.OpenRead(path);
        isWhole = file.Length - start <= bytes;
        file.Position = Math.Min(start, file.Length);
        var sample = new byte[Math.Min(bytes, file.Length - file.Position)];
        file.ReadExactly(sample);
        return sample;
    }

    private static byte[][] Elsewhere(string path, int start)
    {
        var length = new FileInfo(path).Length;
        // The same file is read the same way each time: the places are random, but fixed by its length.
        var random = new Random(unchecked((int)length));
        var samples = new List<byte[]> { Sample(path, Math.Max(start, length - TailBytes), TailBytes, out _) };
        for (var i = 0; i < Blocks; i++)
        {
            samples.Add(Sample(path, start + random.NextInt64(Math.Max(1, length - start - BlockBytes)), BlockBytes, out _));
        }

        return [.. samples];
    }

    private sealed record SampleRow(long Line, string[] Cells)
    {
        public bool IsBlank => Cells.Length == 1 && Cells[0].Trim().Length == 0;

        public bool IsComment { get; init; } = Cells[0].StartsWith('#');

        public static SampleRow Of(TextRow row)
        {
            var cells = new string[row.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = System.Text.Encoding.UTF8.GetString(row[i]);
            }

            return new(row.Line, cells);
        }
    }
}
