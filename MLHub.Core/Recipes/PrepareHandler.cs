using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Formats;
using MLHub.Core.Jobs;
using MLHub.Core.Queries;

namespace MLHub.Core.Recipes;

/// <summary>A recipe on all rows: Parquet in, Parquet out, with an engine that spills to disk; then the profile of what came out.</summary>
public sealed class PrepareHandler(IQuerySandbox? sandbox) : IJobHandler
{
    public string Kind => PrepareResult.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var spec = task.Spec.Deserialize<PrepareSpec>(HubJson.Options) ?? throw new JsonException("The recipe has no specification.");
        var (schema, effects, rows) = await PrepareAsync(task, spec, reporter, cancellationToken);

        reporter.Progress(0.8, "profiling");
        var profile = new DatasetProfiler(task.ScratchFolder, task.Threads, task.MemoryBytes / 4)
            .Profile(task.OutputPath(VersionOwner.Rows), schema, p => reporter.Progress(0.8 + p * 0.2, "profiling"), cancellationToken);
        await File.WriteAllTextAsync(task.OutputPath(VersionOwner.Profile), HubJson.Write(profile), cancellationToken);
        var columns = schema.Select((c, i) => new DatasetColumn(c.Name, c.Type, MeaningFinder.Of(profile.Columns[i], profile.RowCount), profile.Columns[i].Missing > 0)).ToList();
        reporter.Progress(1, "done");
        return JsonSerializer.SerializeToElement(new PrepareResult(rows, columns, effects), HubJson.Options);
    }

    private async Task<(IReadOnlyList<ColumnSchema> Schema, List<RecipeEffect> Effects, long Rows)> PrepareAsync(JobTask task, PrepareSpec spec, IJobReporter reporter, CancellationToken cancellationToken)
    {
        using var connection = Sql.Open(Path.Combine(task.ScratchFolder, "recipe.duckdb"), task.ScratchFolder, task.Threads, task.MemoryBytes / 3);
        var chain = new RecipeChain(connection, $"read_parquet({Sql.Text(task.Inputs[PrepareResult.Source])})", spec.Columns, null, "r_", forgets: true, cancellationToken);
        var progress = new RecipeProgress(chain, measures: true, new(sandbox, task.ScratchFolder, Limits(task)));
        List<RecipeEffect> effects = [];
        for (var i = 0; i < spec.Steps.Count; i++)
        {
            var step = spec.Steps[i];
            var sentence = RecipeCatalog.Sentence(step);
            reporter.Progress(0.7 * i / spec.Steps.Count, "preparing", sentence.Replace("*", "", StringComparison.Ordinal));
            try
            {
                effects.Add(step.Enabled ? Effect(sentence, await progress.TakeAsync(step, cancellationToken)) : new(sentence, progress.Rows, 0, 0, [], [], null));
            }
            catch (StepException broken)
            {
                throw broken.ToRefusal(i, RecipeCatalog.Title(step));
            }

            var effect = effects[^1];
            reporter.Log(JobLogLevel.Information, string.Create(
                CultureInfo.InvariantCulture,
                $"{i + 1}. {sentence.Replace("*", "", StringComparison.Ordinal)}: {effect.RowsAfter} rows (−{effect.RowsRemoved}), {effect.CellsChanged} cells changed, {effect.AddedColumns.Count} columns added{(step.Enabled ? "" : " (switched off)")}"));
        }

        if (progress.Rows == 0)
        {
            throw HubException.Impossible("The recipe leaves no row at all. Look at its steps in the preview.", "NO_ROWS");
        }

        reporter.Progress(0.7, "storing");
        try
        {
            Store(chain, task.OutputPath(VersionOwner.Rows));
        }
        catch (DuckDBException failed)
        {
            var explained = RecipeProgress.Explained(failed);
            throw HubException.Impossible(explained.Message, explained.Code);
        }

        return (chain.Columns, effects, progress.Rows);
    }

    /// <summary>A query of a recipe has the time of a job, and shares its memory with the engine that waits for it.</summary>
    private static QueryLimits Limits(JobTask task) => new(3600, (int)Math.Max(128, task.MemoryBytes / 4 / 1024 / 1024), task.Threads, 200_000_000, 32_768);

    /// <summary>Rows that lost some of theirs, or their order, are numbered anew.</summary>
    private static void Store(RecipeChain chain, string path)
    {
        if (!chain.IsNumbered)
        {
            chain.Keep();
        }

        var columns = string.Concat(chain.Columns.Select(c => $", {Sql.Name(c.Name)}"));
        var options = string.Create(CultureInfo.InvariantCulture, $"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {TableWriter.RowGroupSize})");
        chain.Run($"COPY ({chain.Statement($"SELECT {Sql.Name(Hidden.Id)}{columns} FROM {chain.Current}")}) TO {Sql.Text(path)} {options}");
    }

    private static RecipeEffect Effect(string sentence, StepResult result) =>
        new(sentence, result.RowsAfter, result.RowsRemoved, result.CellsChanged, result.AddedColumns, result.RemovedColumns, result.Warning);
}
