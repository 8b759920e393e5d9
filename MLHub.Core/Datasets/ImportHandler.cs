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
    private readonly TableOpener _opener = new([.. formats]);

    public string Kind => ImportResult.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var spec = task.Spec.Deserialize<ImportSpec>(HubJson.Options) ?? throw new JsonException("The import has no specification.");
        reporter.Progress(0, "reading");
        var source = new ImportSource("", task.ScratchFolder, spec.Options) { Threads = task.Threads, MemoryBytes = task.MemoryBytes };
        var (table, compression, _) = await _opener.OpenAsync(task.Inputs[ImportResult.Original], source, cancellationToken);

        List<ImportNote> notes = [];
        var names = HeaderNames.Make(table.Header, notes);
        var nulls = new NullTokens(spec.Options.NullTokens);
        var guesses = new GuessingSink(table, nulls, spec.Options);
        RowPipe.Read(table, guesses, task.Threads, p => reporter.Progress(p * 0.35, "reading", $"{guesses.Rows} rows"), cancellationToken);
        guesses.RefuseUnusable(source.Questions);
        var plans = ColumnPlanner.Decide(table, names, guesses.Columns, spec.Options, notes, source.Questions);
        reporter.Log(JobLogLevel.Information, $"{guesses.Rows} rows, {plans.Count(p => p is not null)} columns");

        IReadOnlyList<long> unparsed;
        using (var writer = new TableWriter(task, plans, nulls))
        {
            RowPipe.Read(table, writer, task.Threads, p => reporter.Progress(0.35 + p * 0.35, "storing", $"{writer.Rows} rows"), cancellationToken);
            reporter.Progress(0.72, "storing", "writing columns");
            writer.Finish();
            unparsed = writer.Unparsed;
            ColumnPlanner.AddUnparsed(plans, unparsed, notes);
        }

        reporter.Progress(0.8, "profiling");
        var stored = plans.OfType<ColumnPlan>().ToList();
        var profile = new DatasetProfiler(task.ScratchFolder, task.Threads, task.MemoryBytes / 4)
            .Profile(task.OutputPath(VersionOwner.Rows), [.. stored.Select(p => new ColumnSchema(p.Name, p.Type))], p => reporter.Progress(0.8 + p * 0.2, "profiling"), cancellationToken);
        await File.WriteAllTextAsync(task.OutputPath(VersionOwner.Profile), HubJson.Write(profile), cancellationToken);

        var description = table.Description;
        var report = description with
        {
            Compression = compression,
            Decimal = stored.Exists(p => p.DecimalComma) ? "," : ".",
            RowsRead = guesses.Rows + guesses.Rejected,
            RowsKept = guesses.Rows,
            RowsRejected = guesses.Rejected,
            NullTokens = nulls.Texts,
            Columns = ColumnPlanner.Describe(plans, guesses.Columns, unparsed),
            Notes = ColumnPlanner.Limited([.. description.Notes, .. notes]),
            Questions = [.. source.Questions],
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3),
        };
        var columns = stored.Select((plan, i) => new DatasetColumn(plan.Name, plan.Type, MeaningFinder.Of(profile.Columns[i], profile.RowCount), profile.Columns[i].Missing > 0, plan.OriginalName)).ToList();
        reporter.Progress(1, "done");
        return JsonSerializer.SerializeToElement(new ImportResult(guesses.Rows, columns, report), HubJson.Options);
    }
}
