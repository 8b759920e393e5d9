using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;

namespace MLHub.Training.Models;

/// <summary>
/// A model asked about a whole table: rows are read and answered a few thousand at a time, answers are collected in an engine that spills to
/// disk and joined to the rows at the end, so a table may be larger than the memory.
/// </summary>
internal sealed class BatchPredictHandler : IJobHandler
{
    private const int ChunkRows = 8192;
    private const int RowGroupSize = 122_880;

    public string Kind => BatchSpec.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var spec = task.Spec.Deserialize<BatchSpec>(HubJson.Options) ?? throw new JsonException("The predictions have no specification.");
        // It computes for minutes without awaiting anything; the caller's thread stays free to hear "cancel".
        var result = await Task.Run(() => Predict(spec, task, reporter, cancellationToken), cancellationToken);
        return JsonSerializer.SerializeToElement(result, HubJson.Options);
    }

    private static BatchResult Predict(BatchSpec spec, JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Progress(0, "loading");
        using var model = SavedModel.Load(task.Inputs[BatchSpec.ModelInput]);
        BatchColumns.Require(model.Signature, spec.Columns);
        var added = new PredictionColumns(spec.Output, spec.Columns.Select(c => c.Name));
        var schema = spec.Columns.Concat(added.All).ToList();
        using (var engine = Sql.Open(Path.Combine(task.ScratchFolder, "answers.duckdb"), task.ScratchFolder, task.Threads, task.MemoryBytes / 3))
        {
            engine.Run($"CREATE TABLE answers ({Sql.Name(ColumnSchema.RowId)} BIGINT{string.Concat(added.All.Select(c => $", {Sql.Name(c.Name)} {Sql.Type(c.Type)}"))})");
            var rows = Answer(spec, model, added, engine, task, reporter, cancellationToken);
            reporter.Log(JobLogLevel.Information, $"Predicted {rows} rows.");
            reporter.Progress(0.7, "storing");
            Store(spec, added, engine, task, cancellationToken);
        }

        reporter.Progress(0.8, "profiling");
        var profile = new DatasetProfiler(task.ScratchFolder, task.Threads, task.MemoryBytes / 4)
            .Profile(task.OutputPath(VersionOwner.Rows), schema, p => reporter.Progress(0.8 + (p * 0.2), "profiling"), cancellationToken);
        File.WriteAllText(task.OutputPath(VersionOwner.Profile), HubJson.Write(profile));
        reporter.Progress(1, "done");
        return new(
            profile.RowCount,
            [.. schema.Select((c, i) => new DatasetColumn(c.Name, c.Type, MeaningFinder.Of(profile.Columns[i], profile.RowCount), profile.Columns[i].Missing > 0))]);
    }

    private static long Answer(BatchSpec spec, SavedModel model, PredictionColumns added, DuckDBConnection engine, JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        // An engine of its own: one that streams cannot be written to.
        using var source = Sql.Open(null, task.ScratchFolder, task.Threads, Math.Min(task.MemoryBytes / 4, 512L * 1024 * 1024));
        var table = $"read_parquet({Sql.Text(task.Inputs[BatchSpec.RowsInput])})";
        using var counting = source.CreateCommand();
        counting.CommandText = $"SELECT count(*) FROM {table}";
        var total = Convert.ToInt64(counting.ExecuteScalar(), CultureInfo.InvariantCulture);

        using var command = source.CreateCommand();
        command.CommandText = $"SELECT {Sql.Name(ColumnSchema.RowId)}{string.Concat(model.Signature.Inputs.Select(i => ", " + Expression(i, spec.Columns)))} FROM {table}";
        command.UseStreamingMode = true;
        using var stop = cancellationToken.Register(command.Cancel);
        using var reader = command.ExecuteReader();
        using var appender = engine.CreateAppender("answers");
        var (ids, cells) = (new List<long>(ChunkRows), new List<object?[]>(ChunkRows));
        var done = 0L;
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
            var row = new object?[reader.FieldCount - 1];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i + 1) ? null : reader.GetValue(i + 1);
            }

            cells.Add(row);
            if (cells.Count == ChunkRows)
            {
                Flush();
            }
        }

        Flush();
        return done;

        void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (cells.Count == 0)
            {
                return;
            }

            var answers = model.Predict(cells, explain: false, task.Threads);
            for (var r = 0; r < answers.Count; r++)
            {
                var row = appender.CreateRow().AppendValue((long?)ids[r]);
                added.Append(row, spec.Output.Decide(answers[r]));
                row.EndRow();
            }

            done += cells.Count;
            (ids, cells) = (new(ChunkRows), new(ChunkRows));
            reporter.Progress(0.05 + (0.65 * done / Math.Max(1, total)), "predicting", $"{done} of {total} rows");
        }
    }

    /// <summary>Cells as training read them; a column that may be left out counts as missing.</summary>
    private static string Expression(ModelInput input, IReadOnlyList<ColumnSchema> columns)
    {
        if (columns.FirstOrDefault(c => c.Name == input.Name) is not { } column)
        {
            return $"NULL::{Sql.Type(input.Type)}";
        }

        var name = Sql.Name(input.Name);
        return input.Type switch
        {
            ColumnType.Text => $"{name}::VARCHAR",
            ColumnType.Number or ColumnType.Integer when column.Type == ColumnType.Boolean => $"{name}::BIGINT",
            ColumnType.Date or ColumnType.Datetime => $"CASE WHEN isfinite({name}) THEN {name}::{Sql.Type(input.Type)} END",
            _ => name,
        };
    }

    private static void Store(BatchSpec spec, PredictionColumns added, DuckDBConnection engine, JobTask task, CancellationToken cancellationToken)
    {
        var id = Sql.Name(ColumnSchema.RowId);
        var columns = string.Concat(spec.Columns.Select(c => $", rows.{Sql.Name(c.Name)}")) + string.Concat(added.All.Select(c => $", answers.{Sql.Name(c.Name)}"));
        using var command = engine.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"COPY (SELECT rows.{id}{columns} FROM read_parquet({Sql.Text(task.Inputs[BatchSpec.RowsInput])}) AS rows JOIN answers ON rows.{id} = answers.{id} ORDER BY rows.{id}) TO {Sql.Text(task.OutputPath(VersionOwner.Rows))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {RowGroupSize})");
        using var stop = cancellationToken.Register(command.Cancel);
        command.ExecuteNonQuery();
    }
}
