using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;

namespace MLHub.Core.Queries;

/// <summary>
/// Computes a query into a version. The query itself runs in a sandbox that this process starts; what comes out is written once more here, so that the
/// stored file is by a process that never ran anybody's SQL.
/// </summary>
public sealed class QueryHandler(Func<IQuerySandbox> sandboxes) : IJobHandler
{
    private const int Seconds = 1800;
    private const int MaxRows = 100_000_000;
    private const int MaxMegabytes = 65_536;

    public string Kind => QueryText.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var text = task.Spec.Deserialize<QueryText>(HubJson.Options) ?? throw new JsonException("The query has no text.");
        reporter.Progress(0, "querying");
        var sandbox = sandboxes();
        var raw = Path.Combine(task.ScratchFolder, "answer.parquet");
        // The engine gets a quarter: its process may take twice that, and this one profiles afterwards.
        var limits = new QueryLimits(Seconds, (int)Math.Clamp(task.MemoryBytes / 4 / 1024 / 1024, 128, 65_536), task.Threads, MaxRows, MaxMegabytes);
        var answer = await sandbox.WriteAsync(new(text.Sql, [.. task.Inputs.Select(i => new SandboxTable(i.Key, i.Value))]) { Limits = limits }, raw, cancellationToken);
        if (answer.RowCount == 0)
        {
            throw HubException.Impossible("The query returned no rows, so there is nothing to save.", "NO_ROWS");
        }

        reporter.Log(JobLogLevel.Information, $"{answer.RowCount} rows, {answer.Columns.Count} columns");
        reporter.Progress(0.5, "storing", $"{answer.RowCount} rows");
        var rows = task.OutputPath(VersionOwner.Rows);
        Store(task, answer, raw, rows);
        reporter.Progress(0.7, "profiling");
        var profile = new DatasetProfiler(task.ScratchFolder, task.Threads, task.MemoryBytes / 4)
            .Profile(rows, answer.Columns, p => reporter.Progress(0.7 + (p * 0.3), "profiling"), cancellationToken);
        await File.WriteAllTextAsync(task.OutputPath(VersionOwner.Profile), HubJson.Write(profile), cancellationToken);
        var columns = answer.Columns.Select((c, i) => new DatasetColumn(c.Name, c.Type, MeaningFinder.Of(profile.Columns[i], profile.RowCount), profile.Columns[i].Missing > 0)).ToList();
        reporter.Progress(1, "done");
        return JsonSerializer.SerializeToElement(new QueryJobResult(profile.RowCount, columns), HubJson.Options);
    }

    private static void Store(JobTask task, QueryFile answer, string raw, string target)
    {
        using var connection = Sql.Open(null, task.ScratchFolder, task.Threads, task.MemoryBytes / 4);
        var columns = answer.Columns.Select(c => $"CAST({Sql.Name(c.Name)} AS {Sql.Type(c.Type)}) AS {Sql.Name(c.Name)}");
        var id = Sql.Name(ColumnSchema.RowId);
        connection.Run(
            $"COPY (SELECT CAST({id} AS BIGINT) AS {id}, {string.Join(", ", columns)} FROM read_parquet({Sql.Text(raw)}) ORDER BY {id}) TO {Sql.Text(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)");
    }
}
