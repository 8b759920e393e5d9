using System.Diagnostics;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets.Formats;
using MLHub.Core.Jobs;

namespace MLHub.Core.Datasets;

/// <summary>
/// Turns uploaded bytes into typed Parquet: unpacks, finds the format from the content, sees every cell once to decide the types, and once
/// more to store the values. Runs in a child process, because a hostile file may take all the time and memory that it can get.
/// </summary>
public sealed class ImportHandler(IEnumerable<IDatasetFormat> formats) : IJobHandler
{
    private readonly IReadOnlyList<IDatasetFormat> _formats = [.. formats];

    public string Kind => ImportResult.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var spec = task.Spec.Deserialize<ImportSpec>(HubJson.Options) ?? throw new JsonException("The import has no specification.");
        reporter.Progress(0, "reading");
        var (path, compression) = await UnpackAsync(task, cancellationToken);
        var format = await RecogniseAsync(path, cancellationToken);
        var table = await format.OpenAsync(new(path, task.ScratchFolder, spec.Options), cancellationToken);

        List<ImportNote> notes = [];
        var names = HeaderNames.Make(table.Header, notes);
        var nulls = new NullTokens(spec.Options.NullTokens);
        var guesses = new GuessingSink(names.Count, nulls);
        table.Read(guesses, p => reporter.Progress(p * 0.35, "reading", $"{guesses.Rows} rows"), cancellationToken);
        guesses.RefuseUnusable();
        var plans = Decide(table, names, guesses.Columns, spec.Options, notes);
        reporter.Log(JobLogLevel.Information, $"{guesses.Rows} rows, {plans.Count(p => p is not null)} columns");

        IReadOnlyList<long> unparsed;
        using (var writer = new TableWriter(task, plans, nulls))
        {
            table.Read(writer, p => reporter.Progress(0.35 + p * 0.35, "storing", $"{writer.Rows} rows"), cancellationToken);
            reporter.Progress(0.72, "storing", "writing columns");
            writer.Finish();
            unparsed = writer.Unparsed;
            AddUnparsed(plans, unparsed, notes);
        }

        reporter.Progress(0.8, "profiling");
        var stored = plans.OfType<ColumnPlan>().ToList();
        var profile = new DatasetProfiler(task.ScratchFolder, task.Threads, task.MemoryBytes / 4)
            .Profile(task.OutputPath(ImportResult.Rows), [.. stored.Select(p => new ColumnSchema(p.Name, p.Type))], p => reporter.Progress(0.8 + p * 0.2, "profiling"), cancellationToken);
        await File.WriteAllTextAsync(task.OutputPath(ImportResult.Profile), HubJson.Write(profile), cancellationToken);

        var description = table.Description;
        var report = description with
        {
            Compression = compression,
            Decimal = stored.Exists(p => p.DecimalComma) ? "," : ".",
            RowsRead = guesses.Rows + guesses.Rejected,
            RowsKept = guesses.Rows,
            RowsRejected = guesses.Rejected,
            NullTokens = nulls.Texts,
            Columns = ImportedColumns(plans, guesses.Columns, unparsed),
            Notes = Limited([.. description.Notes, .. notes]),
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3),
        };
        var columns = stored.Select((plan, i) => new DatasetColumn(plan.Name, plan.Type, MeaningFinder.Of(profile.Columns[i], profile.RowCount), profile.Columns[i].Missing > 0, plan.OriginalName)).ToList();
        reporter.Progress(1, "done");
        return JsonSerializer.SerializeToElement(new ImportResult(guesses.Rows, columns, report), HubJson.Options);
    }

    private static async Task<(string Path, string? Compression)> UnpackAsync(JobTask task, CancellationToken cancellationToken)
    {
        var original = task.Inputs[ImportResult.Original];
        if (!FileKind.IsGzip(await HeadAsync(original, cancellationToken)))
        {
            return (original, null);
        }

        var unpacked = Path.Combine(task.ScratchFolder, "unpacked");
        await Gzip.UnpackAsync(original, unpacked, cancellationToken);
        return (unpacked, "gzip");
    }

    private async Task<IDatasetFormat> RecogniseAsync(string path, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(path, cancellationToken);
        if (head.Length == 0)
        {
            throw HubException.Impossible("The file is empty.", "EMPTY_FILE");
        }

        FileKind.RefuseOthers(head);
        return _formats.First(f => f.Recognises(head));
    }

    private static async Task<byte[]> HeadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var head = new byte[Math.Min(file.Length, FileKind.HeadBytes)];
        await file.ReadExactlyAsync(head, cancellationToken);
        return head;
    }

    /// <summary>One plan per column of the file; <c>null</c> for those that are left out.</summary>
    private static ColumnPlan?[] Decide(
        TextTable table, IReadOnlyList<(string Name, string? Original)> names, ColumnGuess[] guesses, ImportOptions options, List<ImportNote> notes)
    {
        foreach (var unknown in (options.Types ?? new Dictionary<string, ColumnType>()).Keys.Where(k => !names.Any(n => n.Name == k || n.Original == k)))
        {
            notes.Add(new("UNKNOWN_COLUMN", "A type was chosen for a column that the file does not have.", unknown));
        }

        if (guesses.All(g => g.Filled == 0))
        {
            throw HubException.Impossible("The file has rows, but no cell of them holds a value.", "EMPTY_FILE");
        }

        var hasDecimalComma = table.MayHaveDecimalComma && guesses.Any(g => g.ProvesDecimalComma);
        var plans = new ColumnPlan?[names.Count];
        for (var i = 0; i < plans.Length; i++)
        {
            if (table.Description.Header && guesses[i].Filled == 0 && table.Header[i].Trim().Length == 0)
            {
                notes.RemoveAll(n => n.Column == names[i].Name);
                notes.Add(new("COLUMN_DROPPED", $"Column {i + 1} has neither header nor values and was left out."));
                continue;
            }

            plans[i] = guesses[i].Decide(names[i].Name, names[i].Original, options, table.MayHaveDecimalComma, hasDecimalComma, notes);
        }

        return plans;
    }

    private static void AddUnparsed(ColumnPlan?[] plans, IReadOnlyList<long> unparsed, List<ImportNote> notes)
    {
        for (var i = 0; i < plans.Length; i++)
        {
            if (unparsed[i] > 0)
            {
                notes.Add(new("UNPARSED_VALUES", $"{unparsed[i]} values are no {plans[i]!.Type.ToString().ToLowerInvariant()} and became missing; they are listed with the rejected rows.", plans[i]!.Name));
            }
        }
    }

    private static List<ImportedColumn> ImportedColumns(ColumnPlan?[] plans, ColumnGuess[] guesses, IReadOnlyList<long> unparsed)
    {
        List<ImportedColumn> columns = [];
        for (var i = 0; i < plans.Length; i++)
        {
            if (plans[i] is { } plan)
            {
                columns.Add(new(plan.Name, plan.OriginalName, plan.Type, guesses[i].Missing + unparsed[i], unparsed[i], guesses[i].NullCounts, plan.Format));
            }
        }

        return columns;
    }

    /// <summary>Four thousand strange headers do not need four thousand notes.</summary>
    private static List<ImportNote> Limited(List<ImportNote> notes)
    {
        const int most = 200;
        return notes.Count <= most ? notes : [.. notes.Take(most), new("MORE_NOTES", $"{notes.Count - most} more notes of these kinds were left out.")];
    }

    private sealed class GuessingSink(int width, NullTokens nulls) : ITextRowSink
    {
        private readonly List<string> _examples = [];

        public ColumnGuess[] Columns { get; } = [.. Enumerable.Range(0, width).Select(_ => new ColumnGuess(nulls))];

        public long Rows { get; private set; }

        public long Rejected { get; private set; }

        public void Row(TextRow row)
        {
            Rows++;
            for (var i = 0; i < Columns.Length; i++)
            {
                Columns[i].See(row[i], row.Line);
            }
        }

        public void Reject(long line, string text, string reason)
        {
            Rejected++;
            if (_examples.Count < 3)
            {
                _examples.Add($"line {line}: {reason}");
            }
        }

        public void RefuseUnusable()
        {
            if (Rejected > (Rows + Rejected) * ImportLimits.MaxRejectedShare)
            {
                throw HubException.Impossible(
                    $"{Rejected} of {Rows + Rejected} rows do not have {width} cells ({string.Join("; ", _examples)}). Check the delimiter and the quotes in the import options, or correct these rows.",
                    "RAGGED_ROWS");
            }

            if (Rows == 0)
            {
                throw HubException.Impossible("The file holds names of columns, but no rows.", "NO_ROWS");
            }
        }
    }
}
