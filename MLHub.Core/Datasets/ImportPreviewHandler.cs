using System.Text;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets.Formats;
using MLHub.Core.Jobs;

namespace MLHub.Core.Datasets;

/// <summary>
/// Does what an import does, on a part of the file and without storing anything: the same code finds format, dialect and types. Runs in a
/// child process like the import, because the bytes are as hostile before it as in it.
/// </summary>
public sealed class ImportPreviewHandler(IEnumerable<IDatasetFormat> formats) : IJobHandler
{
    public const string JobKind = "dataset.preview";

    /// <summary>The answer: a file, because it may be longer than a message.</summary>
    public const string Output = "preview.json";

    private readonly TableOpener _opener = new([.. formats]);

    public string Kind => JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var spec = task.Spec.Deserialize<ImportSpec>(HubJson.Options) ?? throw new JsonException("The preview has no specification.");
        var source = new ImportSource("", task.ScratchFolder, spec.Options) { IsPreview = true, Threads = task.Threads, MemoryBytes = task.MemoryBytes };
        var preview = await LookAsync(task.Inputs[ImportResult.Original], source, cancellationToken);
        await File.WriteAllTextAsync(task.OutputPath(Output), HubJson.Write(preview), cancellationToken);
        return JsonSerializer.SerializeToElement(true);
    }

    private async Task<ImportPreview> LookAsync(string original, ImportSource source, CancellationToken cancellationToken)
    {
        OpenedTable opened;
        GuessingSink guesses;
        IReadOnlyList<(string Name, string? Original)> names;
        List<ImportNote> notes = [];
        var options = source.Options;
        var nulls = new NullTokens(options.NullTokens);
        try
        {
            opened = await _opener.OpenAsync(original, source, cancellationToken);
            names = HeaderNames.Make(opened.Table.Header, notes);
            guesses = new GuessingSink(opened.Table, nulls, options);
            opened.Table.Read(guesses, _ => { }, cancellationToken);
        }
        catch (HubException refused)
        {
            return new() { Questions = [.. source.Questions], Sheets = source.Sheets, Error = new(refused.Code, refused.Message) };
        }

        var (table, compression, isSampled) = opened;
        var error = Refusal(() => guesses.RefuseUnusable(source.Questions));
        ColumnPlan?[] plans = [];
        error ??= Refusal(() => plans = ColumnPlanner.Decide(table, names, guesses.Columns, options, notes, source.Questions));
        if (plans.Length == 0)
        {
            plans = [.. names.Select(n => ColumnPlanner.IsExcluded(n, options) ? null : new ColumnPlan(n.Name, n.Original, ColumnType.Text))];
        }

        var rows = new PreviewSink(plans, names, nulls);
        table.Read(rows, _ => { }, cancellationToken);
        ColumnPlanner.AddUnparsed(plans, rows.Unparsed, notes);
        var description = table.Description;
        var all = ColumnPlanner.Limited([.. description.Notes, .. notes]);
        var report = description with
        {
            Compression = compression,
            Decimal = plans.Any(p => p?.DecimalComma == true) ? "," : ".",
            RowsRead = guesses.Rows + guesses.Rejected,
            RowsKept = guesses.Rows,
            RowsRejected = guesses.Rejected,
            NullTokens = nulls.Texts,
            Columns = ColumnPlanner.Describe(plans, guesses.Columns, rows.Unparsed),
            Notes = all,
            Questions = [.. source.Questions],
            Sampled = isSampled || description.Sampled,
        };
        return new()
        {
            Report = report,
            Columns = rows.Columns(all),
            Rows = rows.Rows,
            RawRows = rows.RawRows,
            Problems = rows.Problems,
            Questions = report.Questions,
            Sheets = source.Sheets ?? description.Sheets,
            Error = error,
        };
    }

    private static PreviewError? Refusal(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (HubException refused)
        {
            return new(refused.Code, refused.Message);
        }
    }

    /// <summary>The second reading: keeps the first rows, and examples and figures of all that were looked at.</summary>
    private sealed class PreviewSink : ITextRowSink
    {
        private const int MostRows = 50;
        private const int MostCells = 50 * 400;
        private const int MostProblems = 100;
        private const int MostExamples = 3;
        private const int MostDistinct = 1000;
        private const int LongestCell = 200;

        private readonly ColumnPlan?[] _plans;
        private readonly IReadOnlyList<(string Name, string? Original)> _names;
        private readonly NullTokens _nulls;
        private readonly long[] _filled;
        private readonly long[] _unparsed;
        private readonly int[] _longest;
        private readonly HashSet<string>[] _distinct;
        private readonly int _rowLimit;
        private readonly int _cellLimit;
        private readonly List<IReadOnlyList<object?>> _rows = [];
        private readonly List<IReadOnlyList<string?>> _rawRows = [];
        private readonly List<PreviewProblem> _problems = [];
        private long _count;

        public PreviewSink(ColumnPlan?[] plans, IReadOnlyList<(string Name, string? Original)> names, NullTokens nulls)
        {
            _plans = plans;
            _names = names;
            _nulls = nulls;
            _filled = new long[plans.Length];
            _unparsed = new long[plans.Length];
            _longest = new int[plans.Length];
            _distinct = [.. plans.Select(_ => new HashSet<string>(StringComparer.Ordinal))];
            _rowLimit = Math.Clamp(MostCells / plans.Length, 5, MostRows);
            // The answer to a page stays small, however wide the table is.
            _cellLimit = plans.Length > 200 ? 40 : LongestCell;
        }

        public IReadOnlyList<IReadOnlyList<object?>> Rows => _rows;

        public IReadOnlyList<IReadOnlyList<string?>> RawRows => _rawRows;

        public IReadOnlyList<PreviewProblem> Problems => _problems;

        public IReadOnlyList<long> Unparsed => _unparsed;

        public void Row(TextRow row)
        {
            var isShown = _rows.Count < _rowLimit;
            var typed = isShown ? new object?[_plans.Length] : null;
            var raw = isShown ? new string?[_plans.Length] : null;
            for (var i = 0; i < _plans.Length; i++)
            {
                var cell = CellText.Trim(row[i]);
                if (raw is not null)
                {
                    raw[i] = row.IsNull(i) ? null : Show(row[i], _cellLimit);
                }

                if (CellValue.IsMissing(row, i, cell, _plans[i], _nulls))
                {
                    continue;
                }

                _filled[i]++;
                if (_distinct[i].Count < MostDistinct)
                {
                    _distinct[i].Add(Show(cell, LongestCell));
                }

                _longest[i] = Math.Max(_longest[i], cell.Length);
                if (_plans[i] is not { } plan)
                {
                    continue;
                }

                if (!CellValue.TryRead(cell, plan, out var value))
                {
                    _unparsed[i]++;
                    if (_problems.Count < MostProblems)
                    {
                        _problems.Add(new(isShown ? _rows.Count : null, plan.Name, Show(cell, LongestCell), CellValue.WhyNot(plan.Type), row.Line));
                    }
                }
                else if (typed is not null)
                {
                    typed[i] = plan.Type == ColumnType.Text ? Show(row[i], _cellLimit) : value;
                }
            }

            if (isShown)
            {
                _rows.Add(typed!);
                _rawRows.Add(raw!);
            }

            _count++;
        }

        public void Reject(long line, string text, string reason)
        {
            if (_problems.Count < MostProblems)
            {
                _problems.Add(new(null, null, text.Length > LongestCell ? text[..LongestCell] + " …" : text, reason, line));
            }
        }

        public IReadOnlyList<PreviewColumn> Columns(IReadOnlyList<ImportNote> notes)
        {
            var warnings = notes.Where(n => n.Column is not null && n.Code is not "COLUMN_RENAMED" and not "COLUMN_NAMED").ToLookup(n => n.Column!);
            var columns = new PreviewColumn[_plans.Length];
            for (var i = 0; i < columns.Length; i++)
            {
                var type = _plans[i]?.Type ?? ColumnType.Text;
                var profile = new ColumnProfile(_names[i].Name, type) { Count = _filled[i] - _unparsed[i], Missing = _count - _filled[i] + _unparsed[i], Distinct = _distinct[i].Count, MaxLength = _longest[i] };
                columns[i] = new(
                    _names[i].Name, _names[i].Original, type, MeaningFinder.Of(profile, _count), [.. _distinct[i].Take(MostExamples)],
                    _filled[i] == 0 ? 1 : (double)(_filled[i] - _unparsed[i]) / _filled[i], warnings[_names[i].Name].FirstOrDefault()?.Text, _plans[i] is not null);
            }

            return columns;
        }

        private static string Show(ReadOnlySpan<byte> cell, int limit)
        {
            if (cell.Length <= limit)
            {
                return Encoding.UTF8.GetString(cell);
            }

            // Not in the middle of a character.
            var end = limit;
            while (end > 0 && (cell[end] & 0xC0) == 0x80)
            {
                end--;
            }

            return Encoding.UTF8.GetString(cell[..end]) + " …";
        }
    }
}
