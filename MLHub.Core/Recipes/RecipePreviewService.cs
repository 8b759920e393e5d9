using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Queries;
using MLHub.Core.Storage;

namespace MLHub.Core.Recipes;

/// <summary>Tries recipes on a sample. Every step becomes a small table of its own, so that each can be looked at and its effect counted.</summary>
public sealed class RecipePreviewService(VersionFiles versions, IBlobStore blobs, RowEngine engine, IOptions<HubOptions> hub, IOptions<RecipeOptions> options, IQuerySandbox? sandbox = null) : IDisposable
{
    private const int MaxExamples = 5;

    private readonly SemaphoreSlim _turns = new(options.Value.Previews);

    /// <remarks>A step that cannot be done is told with the step; those before it still show.</remarks>
    /// <exception cref="HubException">Not found, <c>VERSION_NOT_READY</c>, <c>TOO_MANY_STEPS</c>, <c>PREVIEW_TIMEOUT</c>, a filter that cannot be understood.</exception>
    public async Task<RecipePreview> PreviewAsync(Actor actor, Guid datasetId, int version, PreviewRequest request, CancellationToken cancellationToken)
    {
        var ready = await versions.RequireAsync(actor, datasetId, version, cancellationToken);
        RecipeChecks.RequireLength(request.Steps);
        using var file = await blobs.FetchAsync(ready.Content, cancellationToken);
        await _turns.WaitAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.PreviewSeconds));
        try
        {
            // Engine calls block; they get a thread of their own instead of one that serves requests.
            return await Task.Run(() => ComputeAsync(ready, file.Path, request, limit.Token), limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HubException.Impossible($"The preview took longer than {options.Value.PreviewSeconds} seconds. Take fewer rows, or switch off the last step.", "PREVIEW_TIMEOUT");
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<RecipePreview> ComputeAsync(ReadyVersion ready, string path, PreviewRequest request, CancellationToken cancellationToken)
    {
        using var connection = engine.Connect();
        var folder = Directory.CreateDirectory(Path.Combine(hub.Value.PathOf("cache/recipes"), Guid.NewGuid().ToString("N")));
        try
        {
            return await ComputeAsync(connection, folder.FullName, ready, path, request, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<RecipePreview> ComputeAsync(DuckDBConnection connection, string folder, ReadyVersion ready, string path, PreviewRequest request, CancellationToken cancellationToken)
    {
        ColumnSchema[] columns = [.. ready.Columns.Select(c => c.Schema)];
        var sample = Sample(connection, ready, path, request, cancellationToken);
        var chain = new RecipeChain(connection, "sample", columns, null, "r_", forgets: false, cancellationToken);
        var progress = new RecipeProgress(chain, measures: true, new(sandbox, folder, null));
        List<Snapshot> states = [Snapshot.First(chain)];
        List<StepPreview> steps = [];
        var failed = false;
        foreach (var step in request.Steps)
        {
            var before = states[^1];
            if (failed || !step.Enabled)
            {
                steps.Add(Untouched(step, failed ? StepState.NotReached : StepState.Off, before, null));
                states.Add(before);
                continue;
            }

            var clock = Stopwatch.StartNew();
            try
            {
                var result = await progress.TakeAsync(step, cancellationToken);
                var after = before.Next(chain, result.Select, result.RowsAfter);
                steps.Add(new(
                    step.Step, RecipeCatalog.Sentence(step), StepState.Done, before.Rows, result.RowsAfter, result.RowsRemoved, result.CellsChanged, result.AddedColumns.Count, result.AddedColumns,
                    result.RemovedColumns, result.Warning, null, Math.Round(clock.Elapsed.TotalMilliseconds, 1), chain.Columns, Examples(chain, before, after)));
                states.Add(after);
            }
            catch (StepException broken)
            {
                failed = true;
                steps.Add(Untouched(step, StepState.Failed, before, new(broken.Code, broken.Message, broken.Parameter, broken.Position, broken.Suggestion)));
                states.Add(before);
            }
        }

        var shown = request.UptoStep is { } upto ? Math.Clamp(upto, -1, steps.Count - 1) + 1 : steps.Count;
        return Show(chain, request.UptoStep is null || shown == 0 ? states[0] : states[shown - 1], states[shown], steps, sample);
    }

    private static StepPreview Untouched(RecipeStep step, StepState state, Snapshot at, StepError? error) =>
        new(step.Step, RecipeCatalog.Sentence(step), state, at.Rows, at.Rows, 0, 0, 0, [], [], null, error, 0, at.Schema, []);

    private PreviewSample Sample(DuckDBConnection connection, ReadyVersion ready, string path, PreviewRequest request, CancellationToken cancellationToken)
    {
        var rows = Math.Clamp(request.SampleRows ?? options.Value.SampleRows, 1, PreviewRequest.MaxSampleRows);
        var source = $"read_parquet({Sql.Text(path)})";
        var id = Sql.Name(ColumnSchema.RowId);
        using var command = connection.CreateCommand();
        RowFilter? filter = null;
        var condition = string.Create(CultureInfo.InvariantCulture, $"{id} < {rows}");
        if (request.Sample == SampleKind.Random && ready.RowCount > rows)
        {
            // By the hash of the row's id: the same rows each time, so that a preview does not flicker.
            condition = string.Create(CultureInfo.InvariantCulture, $"{id} IN (SELECT {id} FROM {source} ORDER BY hash({id}), {id} LIMIT {rows})");
        }
        else if (request.Sample == SampleKind.Filter)
        {
            filter = RowFilter.Parse(request.Filter ?? "", ready.Columns);
            filter.Bind(command);
            condition = string.Create(CultureInfo.InvariantCulture, $"{id} IN (SELECT {id} FROM {source} WHERE {filter.Condition} ORDER BY {id} LIMIT {rows})");
        }

        command.CommandText = $"CREATE TEMP TABLE sample AS SELECT * FROM {source} WHERE {condition} ORDER BY {id}";
        using var stop = cancellationToken.Register(command.Cancel);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DuckDBException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (DuckDBException refused) when (filter?.IsRefusal(refused) == true)
        {
            throw RowFilter.BadPattern(refused);
        }

        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM sample";
        var taken = Convert.ToInt64(count.ExecuteScalar(), CultureInfo.InvariantCulture);
        var text = request.Sample switch
        {
            SampleKind.Filter => $"{(taken == rows ? "the first " : "")}{taken:N0} of {ready.RowCount:N0} rows that meet the condition",
            _ when taken == ready.RowCount => $"all {taken:N0} rows",
            SampleKind.Random => $"{taken:N0} random rows of {ready.RowCount:N0}",
            _ => $"the first {taken:N0} of {ready.RowCount:N0} rows",
        };
        return new(request.Sample, taken, ready.RowCount, text);
    }

    private static RecipePreview Show(RecipeChain chain, Snapshot before, Snapshot after, List<StepPreview> steps, PreviewSample sample)
    {
        var origins = after.Since(before);
        var columns = after.Schema.Select((c, i) => new PreviewColumn(c.Name, c.Type, origins[i] is { } o ? before.Schema[o].Name : null, origins[i] is { } t ? before.Schema[t].Type : null)).ToList();
        var pairs = columns.Select((c, i) => (Column: c, Index: i)).Where(p => p.Column.Before is not null && before.Table != after.Table).ToList();
        var select = after.Schema.Select(c => $"a.{Sql.Name(c.Name)}").Concat(pairs.Select(p => $"b.{Sql.Name(p.Column.Before!)}"))
            .Concat(pairs.Select(p => $"b.{Sql.Name(Hidden.Id)} IS NOT NULL AND {Cells.Differ($"b.{Sql.Name(p.Column.Before!)}", p.Column.TypeBefore!.Value, $"a.{Sql.Name(p.Column.Name)}", p.Column.Type)}"));
        var join = pairs.Count == 0 ? "" : $" LEFT JOIN {before.Table} b ON a.{Sql.Name(Hidden.Origin)} = b.{Sql.Name(Hidden.Origin)}";
        var rows = chain.Rows($"SELECT a.{Sql.Name(Hidden.Origin)}, {string.Join(", ", select)} FROM {after.Table} a{join} ORDER BY a.{Sql.Name(Hidden.Id)}");
        var width = columns.Count;
        List<CellChange> changes = [];
        for (var row = 0; row < rows.Count; row++)
        {
            for (var p = 0; p < pairs.Count; p++)
            {
                if (rows[row][1 + width + pairs.Count + p] is true)
                {
                    changes.Add(new(row, pairs[p].Index, RowFrame.Value(rows[row][1 + width + p])));
                }
            }
        }

        var removed = before.Table == after.Table ? [] : chain.Rows(
            $"SELECT {Sql.Name(Hidden.Origin)} FROM {before.Table} WHERE {Sql.Name(Hidden.Origin)} NOT IN (SELECT {Sql.Name(Hidden.Origin)} FROM {after.Table} WHERE {Sql.Name(Hidden.Origin)} IS NOT NULL) ORDER BY 1");
        return new(
            columns,
            RowFrame.Of(after.Schema, rows.ConvertAll(r => r[1..(1 + width)])),
            rows.ConvertAll(r => (long?)r[0]),
            changes,
            [.. before.Schema.Where((_, i) => !origins.Contains(i))],
            removed.ConvertAll(r => (long)r[0]!),
            steps,
            sample);
    }

    private static List<CellExample> Examples(RecipeChain chain, Snapshot before, Snapshot after)
    {
        var origins = after.Since(before);
        List<CellExample> examples = [];
        foreach (var (column, index) in after.Schema.Select((c, i) => (c, i)))
        {
            var origin = origins[index] is { } o ? before.Schema[o] : null;
            if (examples.Count >= MaxExamples || (origin is not null && after.IsKept[index]))
            {
                continue;
            }

            var now = $"a.{Sql.Name(column.Name)}";
            var old = origin is null ? "NULL" : $"b.{Sql.Name(origin.Name)}";
            var rows = chain.Rows(
                $"SELECT a.{Sql.Name(Hidden.Origin)}, {old}, {now} FROM {after.Table} a JOIN {before.Table} b ON a.{Sql.Name(Hidden.Origin)} = b.{Sql.Name(Hidden.Origin)} "
                + $"WHERE {(origin is null ? $"{now} IS NOT NULL" : Cells.Differ(old, origin.Type, now, column.Type))} ORDER BY a.{Sql.Name(Hidden.Id)} LIMIT {MaxExamples - examples.Count}");
            examples.AddRange(rows.Select(r => new CellExample((long?)r[0], column.Name, RowFrame.Value(r[1]), RowFrame.Value(r[2]))));
        }

        return examples;
    }

    /// <summary>The table after a step, and which column each of its columns was at the source.</summary>
    /// <param name="Lineage">Step by step: for each column the index of the column before.</param>
    private sealed record Snapshot(string Table, long Rows, IReadOnlyList<ColumnSchema> Schema, Snapshot? Before, IReadOnlyList<int?> Lineage, IReadOnlyList<bool> IsKept)
    {
        public static Snapshot First(RecipeChain chain)
        {
            var table = chain.Keep();
            return new(table, StepRows.Long(chain.Figures(["count(*)"])[0]), chain.Columns, null, [.. chain.Columns.Select((_, i) => (int?)i)], [.. chain.Columns.Select(_ => true)]);
        }

        public Snapshot Next(RecipeChain chain, StepSelect select, long rows)
        {
            var names = Schema.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i);
            return new(
                chain.Keep(), rows, chain.Columns, this, [.. select.Columns.Select(c => c.Origin is null ? (int?)null : names[c.Origin])], [.. select.Columns.Select(c => c.Expression is null)]);
        }

        /// <summary>For each column its index in an earlier state; <c>null</c> when it was not there.</summary>
        public List<int?> Since(Snapshot earlier)
        {
            List<int?> origins = [.. Schema.Select((_, i) => (int?)i)];
            for (var state = this; !ReferenceEquals(state, earlier) && state is not null; state = state.Before)
            {
                origins = origins.ConvertAll(o => o is { } index && state.Before is not null ? state.Lineage[index] : o);
            }

            return origins;
        }
    }
}
