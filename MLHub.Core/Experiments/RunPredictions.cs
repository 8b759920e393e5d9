using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Evaluation;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>The rows that a run was judged by, each with what was true and what the model said. Read from the Parquet file that the run wrote.</summary>
public sealed class RunPredictions(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IBlobStore blobs)
{
    public const int MaxLimit = 1000;

    public async Task<PredictionPage> ReadAsync(Actor actor, Guid runId, PredictionQuery query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Reader, "run", cancellationToken);
        if (run.PredictionsHash is not { } hash)
        {
            throw HubException.Conflict("The run has no predictions: it did not finish.", "RUN_NOT_FINISHED");
        }

        var part = query.Part ?? await db.Set<RunEvaluation>().Where(e => e.RunId == runId).Select(e => e.Report).SingleOrDefaultAsync(cancellationToken) switch
        {
            EvaluationReport report => report.Part,
            null => "test",
        };
        using var file = await blobs.FetchAsync(hash, cancellationToken);
        await using var duck = new DuckDBConnection("DataSource=:memory:;threads=1;memory_limit=256MB");
        await duck.OpenAsync(cancellationToken);
        return await ReadAsync(duck, file.Path, part, run.RequireTraining().Configuration.Task, query, cancellationToken);
    }

    private static async Task<PredictionPage> ReadAsync(DbConnection duck, string path, string part, TrainingTask task, PredictionQuery query, CancellationToken cancellationToken)
    {
        var isRegression = task == TrainingTask.Regression;
        var where = "part = $part" + (query.OnlyWrong && !isRegression ? " AND CAST(actual AS VARCHAR) IS DISTINCT FROM CAST(predicted AS VARCHAR)" : "");
        // The worst first is what people look for; the order of the file otherwise.
        var order = query.WorstFirst && isRegression ? "abs(actual - predicted) DESC, __row_id" : query.WorstFirst ? "score DESC, __row_id" : "__row_id";

        await using var count = duck.CreateCommand();
        count.CommandText = $"SELECT count(*) FILTER (WHERE part = $part), count(*) FILTER (WHERE {where}) FROM read_parquet($path)";
        Add(count, ("part", part), ("path", path));
        long total, matched;
        await using (var reader = await count.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            total = reader.GetInt64(0);
            matched = reader.GetInt64(1);
        }

        await using var select = duck.CreateCommand();
        select.CommandText = $"SELECT * EXCLUDE (part) FROM read_parquet($path) WHERE {where} ORDER BY {order} LIMIT $limit OFFSET $offset";
        Add(select, ("part", part), ("path", path), ("limit", Math.Clamp(query.Limit, 1, MaxLimit)), ("offset", Math.Max(0, query.Offset)));
        await using var rows = await select.ExecuteReaderAsync(cancellationToken);
        var columns = Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetName(i) == ColumnSchema.RowId ? "row" : rows.GetName(i)).ToList();
        var page = new List<IReadOnlyList<object?>>();
        while (await rows.ReadAsync(cancellationToken))
        {
            page.Add([.. Enumerable.Range(0, rows.FieldCount).Select(i => rows.IsDBNull(i) ? null : Plain(rows.GetValue(i)))]);
        }

        return new(part, columns, page, total, matched);
    }

    private static object Plain(object value) => value switch
    {
        double or long or int or bool or string => value,
        float single => (double)single,
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Add(DbCommand command, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(name, value));
        }
    }
}

/// <param name="Part"><c>train</c>, <c>validation</c>, <c>test</c>; <c>null</c> takes the one that the metrics are about.</param>
/// <param name="OnlyWrong">Classification: only rows whose prediction is not what was true.</param>
/// <param name="WorstFirst">Largest error first, or the most confident answer first.</param>
public sealed record PredictionQuery(long Offset, int Limit, string? Part, bool OnlyWrong, bool WorstFirst);

/// <param name="Columns"><c>row</c> (place in the dataset), <c>actual</c>, <c>predicted</c>, <c>score</c>, and probabilities for several classes.</param>
public sealed record PredictionPage(string Part, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, long TotalRows, long MatchedRows);
