using System.Globalization;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Workbooks: xlsx, xlsm, xlsb and the binary xls. Cached values only; nothing is computed, no macro and no link is followed.</summary>
public sealed class ExcelFormat : IDatasetFormat
{
    private const string Damaged = "XLSX_CORRUPT";
    private const int HeadRows = 200;
    private const int PreviewRows = 3000;
    private const int MaxRows = 1_048_576;
    private const double ExactIntegers = 1e15;

    private static readonly byte[] Compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private static readonly DateTime Day0 = new(1899, 12, 31);
    private static readonly DateTime Start1904 = new(1904, 1, 1);

    private static readonly string[] Errors = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"];

    static ExcelFormat() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public string Name => "excel";

    public bool NeedsWholeFile => true;

    public bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith(Compound) || head.StartsWith("PK\u0003\u0004"u8);

    public Task<TextTable> OpenAsync(ImportSource source, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        var isZip = IsZip(source.Path);
        if (isZip)
        {
            CheckPackage(source.Path, findings, cancellationToken);
        }
        else if (IsEncryptedPackage(source.Path))
        {
            throw Encrypted();
        }

        try
        {
            using var file = new FileStream(source.Path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var reader = ExcelReaderFactory.CreateReader(file, new ExcelReaderConfiguration { FallbackEncoding = Encoding.GetEncoding(1252), LeaveOpen = true });
            var sheet = ChooseSheet(reader, source);
            return Task.FromResult<TextTable>(ReadSheet(reader, sheet, source, findings, isZip, cancellationToken));
        }
        catch (InvalidPasswordException)
        {
            throw Encrypted();
        }
        catch (Exception broken) when (broken is not HubException and not OperationCanceledException and not OutOfMemoryException)
        {
            // The library has no one exception for files that lie: any of them means the same here.
            throw ZipDirectory.Damaged(isZip ? Damaged : "XLS_CORRUPT", isZip ? "the workbook" : "this xls file");
        }
    }

    private static HubException Encrypted() =>
        HubException.Impossible("The workbook is protected by a password. Save it without one and upload that.", "FILE_ENCRYPTED");

    /// <summary>An xlsx with a password is no zip: it lies encrypted in a container of the old kind, in a stream of this name.</summary>
    private static bool IsEncryptedPackage(string path)
    {
        var name = Encoding.Unicode.GetBytes("EncryptedPackage");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var buffer = new byte[1024 * 1024];
        var kept = 0;
        int read;
        while ((read = file.Read(buffer, kept, buffer.Length - kept)) > 0)
        {
            var end = kept + read;
            if (buffer.AsSpan(0, end).IndexOf(name) >= 0)
            {
                return true;
            }

            kept = Math.Min(end, name.Length);
            buffer.AsSpan(end - kept, kept).CopyTo(buffer);
        }

        return false;
    }

    private static bool IsZip(string path)
    {
        using var file = File.OpenRead(path);
        return file.ReadByte() == 'P';
    }

    private static void CheckPackage(string path, Findings findings, CancellationToken cancellationToken)
    {
        var package = ZipDirectory.Read(path, Damaged);
        if (!package.Entries.Any(e => e.Name.EndsWith("workbook.xml", StringComparison.OrdinalIgnoreCase) || e.Name.EndsWith("workbook.bin", StringComparison.OrdinalIgnoreCase)))
        {
            throw package.Has("word/document.xml") || package.Has("ppt/presentation.xml")
                ? new HubException(Refusal.UnsupportedType, "This is a text document or a presentation, not a table. Upload the data as CSV or Excel.", "TYPE_MISMATCH")
                : ZipDirectory.Damaged(Damaged, "xl/workbook.xml is missing, and without it the workbook");
        }

        var errors = new ByteTally("t=\"e\""u8.ToArray());
        var unsaved = new ByteTally("</f></c>"u8.ToArray());
        package.CheckParts(
            (entry, bytes) =>
            {
                if (entry.Name.StartsWith("xl/worksheets/", StringComparison.OrdinalIgnoreCase))
                {
                    errors.See(bytes);
                    unsaved.See(bytes);
                }
            },
            cancellationToken);
        findings.ErrorCells = errors.Count;
        findings.FormulasWithoutValue = unsaved.Count;
    }

    /// <summary>Moves the reader to the sheet; the first visible one that is not empty, unless the options name another.</summary>
    private static int ChooseSheet(IExcelDataReader reader, ImportSource source)
    {
        List<ImportSheet> sheets = [];
        do
        {
            sheets.Add(new(reader.Name, reader.VisibleState != "visible", reader.FieldCount == 0 || reader.RowCount == 0 || IsBlank(reader)));
        }
        while (reader.NextResult());

        source.Sheets = sheets;
        var index = sheets.FindIndex(s => s is { IsHidden: false, IsEmpty: false });
        if (source.Options.Sheet is { Length: > 0 } wanted)
        {
            index = sheets.FindIndex(s => s.Name == wanted);
            index = index >= 0 ? index : sheets.FindIndex(s => s.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                throw HubException.Field("sheet", $"The workbook has no sheet \"{wanted}\". It has {string.Join(", ", sheets.Take(10).Select(s => $"\"{s.Name}\""))}.", "SHEET_UNKNOWN");
            }
        }
        else if (index < 0)
        {
            throw HubException.Impossible(
                sheets.Exists(s => !s.IsEmpty) ? "All sheets with cells are hidden. Name one in the import options (sheet)." : "The workbook holds no cells.", sheets.Exists(s => !s.IsEmpty) ? "SHEET_HIDDEN" : "EMPTY_FILE");
        }
        else if (sheets.Count(s => s is { IsHidden: false, IsEmpty: false }) > 1)
        {
            source.Questions.Add(new(
                "sheet", "Which sheet is to be imported?",
                [.. sheets.Where(s => !s.IsEmpty).Take(100).Select(s => new ImportChoice(s.Name, s.IsHidden ? $"{s.Name} (hidden)" : s.Name))], sheets[index].Name,
                "The workbook has several sheets with cells.")
            { Code = "SEVERAL_SHEETS" });
        }

        reader.Reset();
        for (var i = 0; i < index; i++)
        {
            reader.NextResult();
        }

        return index;
    }

    private static bool IsBlank(IExcelDataReader reader)
    {
        for (var row = 0; row < HeadRows && reader.Read(); row++)
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                if (reader.GetValue(i) is { } value and not "")
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static SheetTable ReadSheet(IExcelDataReader reader, int index, ImportSource source, Findings findings, bool isZip, CancellationToken cancellationToken)
    {
        var range = SheetRange.Parse(source.Options.Range);
        var merged = reader.MergeCells ?? [];
        var fills = source.Options.FillMerged ? new MergedFill(merged) : null;
        var spool = new RowSpool(Path.Combine(source.ScratchFolder, "sheet"));
        var grid = new SheetGrid(HeadRows);
        var text = new byte[1024];
        long line = 0;
        while (reader.Read())
        {
            if (++line > MaxRows)
            {
                throw ZipDirectory.Damaged(isZip ? Damaged : "XLS_CORRUPT", "a sheet claims more rows than a sheet can have, and");
            }

            if (line % 1000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (line < range.FirstRow || line > range.LastRow)
            {
                continue;
            }

            var isOpen = false;
            for (var column = 0; column < reader.FieldCount; column++)
            {
                if (column < range.FirstColumn || column > range.LastColumn)
                {
                    continue;
                }

                var cell = Text(reader, column, findings);
                cell = fills is null ? cell : fills.See((int)line - 1, column, cell);
                if (cell is not { Length: > 0 })
                {
                    continue;
                }

                if (!isOpen)
                {
                    spool.Begin(line);
                    isOpen = true;
                }

                var length = Encoding.UTF8.GetMaxByteCount(cell.Length);
                if (length > text.Length)
                {
                    text = new byte[length * 2];
                }

                var size = Encoding.UTF8.GetBytes(cell, text);
                spool.Cell(column, text.AsSpan(0, size));
                grid.Cell(line, column, cell);
            }

            if (isOpen)
            {
                spool.End();
            }

            if (source.IsPreview && spool.Rows >= PreviewRows)
            {
                findings.IsSampled = true;
                break;
            }
        }

        return SheetTable.Arrange(grid, spool, range, merged, source, findings.Report(source, reader.Name, isZip ? "xlsx" : "xls", index, merged.Length));
    }

    /// <summary>A cell as CSV would hold it: numbers with all their digits, moments in ISO form.</summary>
    private static string? Text(IExcelDataReader reader, int column, Findings findings)
    {
        var value = reader.GetValue(column);
        switch (value)
        {
            case null:
                return null;
            case string error when Errors.Contains(error):
                findings.Error(error);
                return null;
            case string words:
                findings.NumbersAsText += words.Length is > 0 and < 40 && CellText.Number(Encoding.UTF8.GetBytes(words.Trim())) is NumberShape.Integer or NumberShape.DecimalPoint or NumberShape.PointAndThreeDigits ? 1 : 0;
                return words;
            case bool yes:
                return yes ? "true" : "false";
            case DateTime moment:
                return Moment(moment, reader.GetNumberFormatString(column));
            case TimeSpan span:
                var isTimeOfDay = span >= TimeSpan.Zero && span < TimeSpan.FromDays(1);
                findings.LongTimes += isTimeOfDay ? 0 : 1;
                return isTimeOfDay
                    ? span.ToString(span.Ticks % TimeSpan.TicksPerSecond == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{(span < TimeSpan.Zero ? "-" : "")}{Math.Floor(span.Duration().TotalHours):0}:{span.Duration():mm\\:ss}");
            case double number:
                findings.Format(reader.GetNumberFormatString(column));
                return Number(number, findings);
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }

    private static string Number(double number, Findings findings)
    {
        if (Math.Abs(number) < ExactIntegers && number == Math.Floor(number))
        {
            return ((long)number).ToString(CultureInfo.InvariantCulture);
        }

        if (Math.Abs(number) < long.MaxValue && number == Math.Floor(number))
        {
            findings.LongNumbers++;
            return ((long)number).ToString(CultureInfo.InvariantCulture);
        }

        return number.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Moment(DateTime moment, string? format)
    {
        // A time without a day counts from the day on which the calendar of the workbook begins, or the one before.
        if (moment.Date == Day0 || (moment.Date == Start1904 && format?.AsSpan().IndexOfAny("yYdD") < 0))
        {
            return moment.ToString(moment.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        }

        // Serial numbers are doubles: a second is exact to some microseconds.
        moment = new DateTime((moment.Ticks + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);
        return moment.TimeOfDay == TimeSpan.Zero ? moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : moment.ToString(moment.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }

    /// <summary>What is to be told about the cells.</summary>
    private sealed class Findings
    {
        private readonly Dictionary<string, long> _errors = [];
        private long _percent;

        public long FormulasWithoutValue { get; set; }

        /// <summary>Of all sheets; the library gives them as empty cells.</summary>
        public long ErrorCells { get; set; }

        public long NumbersAsText { get; set; }

        public long LongNumbers { get; set; }

        public long LongTimes { get; set; }

        public bool IsSampled { get; set; }

        public void Error(string error) => _errors[error] = _errors.GetValueOrDefault(error) + 1;

        public void Format(string? format) => _percent += format is not null && format.Contains('%', StringComparison.Ordinal) ? 1 : 0;

        public ImportReport Report(ImportSource source, string sheet, string format, int index, int merged)
        {
            List<ImportNote> notes = [];
            Add("FORMULA_ERRORS", ErrorCells, "formulas of the workbook ended in an error (like #DIV/0! or #REF!); where they are in this sheet, they are missing.");
            Add("ERROR_TEXTS", _errors.Values.Sum(), $"cells hold the name of an error ({string.Join(", ", _errors.Select(e => $"{e.Key}: {e.Value}"))}) and became missing.");
            Add("FORMULAS_WITHOUT_VALUE", FormulasWithoutValue, "formulas of the workbook have no stored value, because it was not saved by a spreadsheet program; where they are in this sheet, they are missing.");
            Add("NUMBERS_AS_TEXT", NumbersAsText, "cells hold numbers that are stored as text; they were read as numbers where their column allows it.");
            Add("LONG_NUMBERS", LongNumbers, "numbers have more than 15 digits. Excel keeps 15: the last digits of such numbers were lost before the upload.");
            Add("LONG_TIMES", LongTimes, "times are 24 hours or longer, or negative; they were kept as text.");
            Add("PERCENTAGES", _percent, "cells are shown as per cent; their values were taken, so 5 % is 0.05.");
            if (merged > 0)
            {
                notes.Add(new("MERGED_CELLS", source.Options.FillMerged ? $"{merged} merged ranges were filled with their value." : $"{merged} merged ranges hold their value in their first cell only; the option fillMerged writes it into all."));
            }

            if (index > 0 && source.Options.Sheet is null)
            {
                notes.Add(new("SHEETS_PASSED_OVER", $"The first {index} sheets are hidden or empty; \"{sheet}\" was read."));
            }

            return new() { Format = format, Header = true, Sheet = sheet, Sheets = source.Sheets, Notes = notes, Sampled = IsSampled };

            void Add(string code, long count, string rest)
            {
                if (count > 0)
                {
                    notes.Add(new(code, $"{count} {rest}"));
                }
            }
        }
    }

    /// <summary>Writes the first value of a merged range into all of its cells.</summary>
    private sealed class MergedFill(CellRange[] ranges)
    {
        private readonly Dictionary<CellRange, string?> _values = [];

        public string? See(int row, int column, string? cell)
        {
            foreach (var range in ranges)
            {
                if (row >= range.FromRow && row <= range.ToRow && column >= range.FromColumn && column <= range.ToColumn)
                {
                    if (row == range.FromRow && column == range.FromColumn)
                    {
                        _values[range] = cell;
                        return cell;
                    }

                    return cell ?? _values.GetValueOrDefault(range);
                }
            }

            return cell;
        }
    }
}
