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
        return await ReadAsync(duck, file.Path, part, run.RequireTraining().Configuration.Task, run.Result?.Classes ?? [], query, cancellationToken);
    }

    private static async Task<PredictionPage> ReadAsync(DbConnection duck, string path, string part, TrainingTask task, IReadOnlyList<string> classes, PredictionQuery query, CancellationToken cancellationToken)
    {
        var parameters = new List<(string, object)> { ("path", path), ("part", part) };
        var from = "read_parquet($path)";
        if (task == TrainingTask.Binary && query.Threshold is { } threshold && classes.Count == 2)
        {
            // Another threshold than the one that the file was written with.
            from = "(SELECT * REPLACE (CASE WHEN score >= $threshold THEN $positive ELSE $negative END AS predicted) FROM read_parquet($path))";
            parameters.AddRange([("threshold", threshold), ("positive", classes[1]), ("negative", classes[0])]);
        }

        var where = $"part = $part{Condition(task, query, parameters)}";
        var order = query.WorstFirst ? $"{Worst(task)} DESC, __row_id" : "__row_id";

        await using var count = duck.CreateCommand();
        count.CommandText = $"SELECT count(*) FILTER (WHERE part = $part), count(*) FILTER (WHERE {where}) FROM {from}";
        Add(count, [.. parameters]);
        long total, matched;
        await using (var reader = await count.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            total = reader.GetInt64(0);
            matched = reader.GetInt64(1);
        }

        await using var select = duck.CreateCommand();
        select.CommandText = $"SELECT * EXCLUDE (part) FROM {from} WHERE {where} ORDER BY {order} LIMIT $limit OFFSET $offset";
        Add(select, [.. parameters, ("limit", Math.Clamp(query.Limit, 1, MaxLimit)), ("offset", Math.Max(0, query.Offset))]);
        await using var rows = await select.ExecuteReaderAsync(cancellationToken);
        var columns = Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetName(i) == ColumnSchema.RowId ? "row" : rows.GetName(i)).ToList();
        var page = new List<IReadOnlyList<object?>>();
        while (await rows.ReadAsync(cancellationToken))
        {
            page.Add([.. Enumerable.Range(0, rows.FieldCount).Select(i => rows.IsDBNull(i) ? null : Plain(rows.GetValue(i)))]);
        }

        return new(part, columns, page, total, matched);
    }

    private static string Condition(TrainingTask task, PredictionQuery query, List<(string, object)> parameters)
    {
        const string wrong = " AND CAST(actual AS VARCHAR) IS DISTINCT FROM CAST(predicted AS VARCHAR)";
        var isClass = task is TrainingTask.Binary or TrainingTask.Multiclass;
        var condition = query.Filter switch
        {
            PredictionFilter.Wrong when isClass => wrong,
            PredictionFilter.ConfidentWrong when task == TrainingTask.Binary => $"{wrong} AND abs(score - 0.5) >= 0.3",
            PredictionFilter.ConfidentWrong when isClass => $"{wrong} AND score >= 0.8",
            PredictionFilter.NearThreshold when task == TrainingTask.Binary => " AND abs(score - $cut) <= 0.1",
            PredictionFilter.NearThreshold when isClass => " AND score < 0.5",
            PredictionFilter.Flagged when task == TrainingTask.Anomaly => " AND predicted",
            _ => "",
        };
        if (condition.Contains("$cut", StringComparison.Ordinal))
        {
            parameters.Add(("cut", query.Threshold ?? 0.5));
        }

        if (query.Actual is { } actual && task is not (TrainingTask.Clustering or TrainingTask.Regression))
        {
            condition += " AND CAST(actual AS VARCHAR) = $actual";
            parameters.Add(("actual", actual));
        }

        if (query.Predicted is { } predicted && task != TrainingTask.Regression)
        {
            condition += " AND CAST(predicted AS VARCHAR) = $predicted";
            parameters.Add(("predicted", predicted));
        }

        return condition;
    }

    /// <summary>What people look for first: the largest error, the surest answer, the row farthest out.</summary>
    private static string Worst(TrainingTask task) => task switch
    {
        TrainingTask.Regression => "abs(actual - predicted)",
        TrainingTask.Binary => "abs(score - 0.5)",
        _ => "score",
    };

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

/// <summary>Which predictions; a filter that means nothing for the run's task takes all.</summary>
public sealed record PredictionQuery
{
    public long Offset { get; init; }

    public int Limit { get; init; } = 100;

    /// <summary><c>train</c>, <c>validation</c>, <c>test</c>; <c>null</c> takes the one that the metrics are about.</summary>
    public string? Part { get; init; }

    public PredictionFilter Filter { get; init; }

    /// <summary>Only rows of this class, as text.</summary>
    public string? Actual { get; init; }

    /// <summary>Only rows that were given this answer, as text.</summary>
    public string? Predicted { get; init; }

    /// <summary>Binary: what is called positive from this score on; <c>null</c> is one half.</summary>
    public double? Threshold { get; init; }

    /// <summary>Largest error, surest answer or most unusual row first.</summary>
    public bool WorstFirst { get; init; }
}

public enum PredictionFilter
{
    All,
    Wrong,

    /// <summary>Wrong with a probability of at least 0.8.</summary>
    ConfidentWrong,

    /// <summary>Within a tenth of the threshold; of several classes those without a majority.</summary>
    NearThreshold,

    /// <summary>Anomaly: called unusual.</summary>
    Flagged,
}

/// <param name="Columns"><c>row</c> (place in the dataset), <c>actual</c>, <c>predicted</c>, <c>score</c>, and probabilities for several classes.</param>
public sealed record PredictionPage(string Part, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, long TotalRows, long MatchedRows);
