using ExcelDataReader;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>The first filled rows of a sheet, to see how a table lies in it.</summary>
internal sealed class SheetGrid(int mostRows)
{
    public List<(long Line, SortedDictionary<int, string> Cells)> Rows { get; } = [];

    /// <summary>Beyond the first rows, too.</summary>
    public int LastColumn { get; private set; }

    public void Cell(long line, int column, string text)
    {
        LastColumn = Math.Max(LastColumn, column);
        if (Rows.Count > 0 && Rows[^1].Line == line)
        {
            Rows[^1].Cells[column] = text;
        }
        else if (Rows.Count < mostRows)
        {
            Rows.Add((line, new() { [column] = text }));
        }
    }
}

/// <summary>A table in a sheet: where it begins, how many rows its header has, and what stands around it.</summary>
internal sealed class SheetTable : TextTable
{
    private const int RowsPerReport = 20_000;

    private readonly RowSpool _spool;
    private readonly ImportReport _report;
    private readonly List<string> _header;
    private readonly int _firstColumn;
    private readonly long _lastHeaderLine;
    private readonly bool _mayHaveNotesBelow;
    private readonly TextRow _row = new();
    private long _below;

    private SheetTable(RowSpool spool, ImportReport report, List<string> header, int firstColumn, long lastHeaderLine, bool mayHaveNotesBelow)
    {
        _spool = spool;
        _report = report;
        _header = header;
        _firstColumn = firstColumn;
        _lastHeaderLine = lastHeaderLine;
        _mayHaveNotesBelow = mayHaveNotesBelow;
    }

    public override IReadOnlyList<string> Header => _header;

    public override ImportReport Description => _below == 0 ? _report
        : _report with { Notes = [.. _report.Notes, new("NOTES_BELOW", $"{_below} rows below the table hold one cell only; they were taken for notes and passed over.")] };

    public override bool MayHaveDecimalComma => true;

    public static SheetTable Arrange(SheetGrid grid, RowSpool spool, SheetRange range, CellRange[] merged, ImportSource source, ImportReport report)
    {
        var options = source.Options;
        var rows = grid.Rows.Where(r => r.Line > (options.SkipRows ?? 0)).ToList();
        if (rows.Count == 0)
        {
            throw HubException.Impossible("In this part of the sheet there are no cells.", "EMPTY_FILE");
        }

        List<ImportNote> notes = [.. report.Notes];
        var usual = rows.GroupBy(r => r.Cells.Count).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
        var first = 0;
        if (!range.IsGiven && options.SkipRows is null && usual > 1)
        {
            while (first < rows.Count - 1 && rows[first].Cells.Count <= usual / 2)
            {
                first++;
            }
        }

        // Titles and notes stand left of the table as often as above it: only rows that are about as wide as the table say where it begins.
        var wide = rows.Skip(first).Where(r => r.Cells.Count > usual / 2).ToList();
        var firstColumn = range.IsGiven ? range.FirstColumn : wide.Min(r => r.Cells.Keys.First());
        var lastColumn = Math.Min(range.LastColumn, grid.LastColumn);
        var width = lastColumn - firstColumn + 1;
        if (width > ImportLimits.MaxColumns)
        {
            throw HubException.Impossible($"The sheet has {width} columns; this server takes up to {ImportLimits.MaxColumns}. Is it transposed?", "TOO_MANY_COLUMNS");
        }

        var top = rows[first];
        if (!range.IsGiven && options.SkipRows is null && (top.Line > 1 || firstColumn > 0))
        {
            var found = SheetRange.Cell(firstColumn, top.Line);
            source.Questions.Add(new("range", "Where does the table begin?", [new(found, $"At {found}: {HeaderGuess.Excerpt([.. top.Cells.Values])}"), new("A1", "At A1: everything belongs to it")], found, "The table does not begin in the first cell of the sheet.")
            { Code = "TABLE_OFFSET" });
            if (first > 0)
            {
                notes.Add(new("PREAMBLE_SKIPPED", $"{first} rows before the table were passed over; it begins at {found}.", Line: 1));
            }
        }

        var names = Cells(top.Cells, firstColumn, width);
        var body = rows.Skip(first + 1).Select(r => (IReadOnlyList<string>)Cells(r.Cells, firstColumn, width)).ToList();
        var guess = HeaderGuess.LooksLikeHeader(names, body);
        var headerRows = HeaderRows(top.Line, names, body, merged, source);
        var hasHeader = options.Header ?? (headerRows > 1 || guess);
        if (options.Header is null && !hasHeader)
        {
            notes.Add(new("HEADER_MISSING", "The first row looks like data, so the columns were named column_1, column_2 … If it holds names, import again and say so.", Line: top.Line));
            source.Questions.Add(HeaderGuess.Ask(names, guess: false, "The first row looks like those below it."));
        }

        var lastHeaderLine = hasHeader ? rows[Math.Min(first + headerRows, rows.Count) - 1].Line : top.Line - 1;
        var header = hasHeader ? Join(rows.Skip(first).Take(headerRows), firstColumn, width, merged) : Enumerable.Repeat("", width).ToList();
        return new(spool, report with { Header = hasHeader, SkippedLines = (int)(top.Line - 1), Notes = notes }, header, firstColumn, lastHeaderLine, !range.IsGiven && usual > 2);
    }

    public override void Read(ITextRowSink sink, Action<double> progress, CancellationToken cancellationToken)
    {
        long before = _lastHeaderLine, below = 0;
        var rows = 0;
        List<(long Line, string Text)> waiting = [];
        _spool.Read(
            _firstColumn + _header.Count,
            row =>
            {
                if (row.Line <= _lastHeaderLine)
                {
                    return;
                }

                Take(row, out var filled, out var only);
                // One lonely cell behind a gap is a note, if nothing but such rows follows.
                if (_mayHaveNotesBelow && filled <= 1 && (waiting.Count > 0 || row.Line > before + 1) && waiting.Count < 100)
                {
                    waiting.Add((row.Line, only));
                    return;
                }

                foreach (var (line, text) in waiting)
                {
                    sink.Reject(line, text, "holds one cell only, with empty rows before it");
                }

                waiting.Clear();
                before = row.Line;
                if (filled > 0)
                {
                    sink.Row(_row);
                }
            },
            sink.Reject,
            part =>
            {
                if (++rows % RowsPerReport == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress(Math.Min(1, part));
                }
            });
        below = waiting.Count;
        _below = below;
    }

    private void Take(TextRow row, out int filled, out string only)
    {
        filled = 0;
        only = "";
        _row.Reset(row.Buffer, _header.Count, row.Line);
        for (var i = 0; i < _header.Count; i++)
        {
            if (!row.IsNull(_firstColumn + i))
            {
                var (start, length) = row.Place(_firstColumn + i);
                _row.Set(i, start, length);
                only = filled++ == 0 ? System.Text.Encoding.UTF8.GetString(row[_firstColumn + i]) : only;
            }
        }
    }

    /// <summary>A cell over several columns in the first row, with names below it, is a header of two rows.</summary>
    private static int HeaderRows(long topLine, IReadOnlyList<string> top, List<IReadOnlyList<string>> body, CellRange[] merged, ImportSource source)
    {
        if (source.Options.HeaderRows is { } wanted)
        {
            return wanted;
        }

        var spans = merged.Any(m => m.FromRow == topLine - 1 && m.ToRow == m.FromRow && m.ToColumn > m.FromColumn);
        if (!spans || body.Count < 2 || body[0].Any(c => c.Length > 0 && CellText.LooksTyped(c)) || body[0].Count(c => c.Length > 0) < body[1].Count(c => c.Length > 0) / 2)
        {
            return 1;
        }

        source.Questions.Add(new(
            "headerRows", "How many rows hold the names of the columns?", [new("1", $"One: {HeaderGuess.Excerpt(top)}"), new("2", $"Two, joined: {HeaderGuess.Excerpt(top)} / {HeaderGuess.Excerpt(body[0])}")], "2",
            "Cells of the first row reach over several columns, and the second row looks like names, too.")
        { Code = "HEADER_ROWS" });
        return 2;
    }

    private static List<string> Join(IEnumerable<(long Line, SortedDictionary<int, string> Cells)> rows, int firstColumn, int width, CellRange[] merged)
    {
        var names = Enumerable.Repeat("", width).ToList();
        var isOne = true;
        var lines = rows.ToList();
        foreach (var (line, cells) in lines)
        {
            for (var i = 0; i < width; i++)
            {
                var column = firstColumn + i;
                var range = lines.Count > 1 ? merged.FirstOrDefault(m => m.FromRow == line - 1 && column >= m.FromColumn && column <= m.ToColumn) : null;
                var text = cells.GetValueOrDefault(range?.FromColumn ?? column, "").Trim();
                names[i] = isOne ? text : $"{names[i]} {text}".Trim();
            }

            isOne = false;
        }

        return names;
    }

    private static string[] Cells(SortedDictionary<int, string> cells, int firstColumn, int width)
    {
        var row = new string[width];
        for (var i = 0; i < width; i++)
        {
            row[i] = cells.GetValueOrDefault(firstColumn + i, "");
        }

        return row;
    }
}
