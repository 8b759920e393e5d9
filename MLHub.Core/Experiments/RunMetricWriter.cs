using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MLHub.Core.Data;
using MLHub.Core.Jobs;

namespace MLHub.Core.Experiments;

/// <summary>Writes points and keeps each metric's summary in step with them, inside the caller's transaction. The caller saves.</summary>
internal static class RunMetricWriter
{
    /// <summary>Adds points of curves. The very same point is stored once, so that a repeated batch is harmless.</summary>
    /// <returns>How many points were new.</returns>
    public static async Task<int> AddAsync(HubDbContext db, Guid runId, IReadOnlyList<JobMetric> points, CancellationToken cancellationToken)
    {
        if (points.Count == 0)
        {
            return 0;
        }

        var summaries = await SummariesAsync(db, runId, points.Select(p => p.Key).Distinct().ToList(), cancellationToken);
        var rows = points.Select(p => RunMetricPoint.Create(summaries[p.Key].Id, p.Step, Milliseconds(p.At), p.Value)).ToList();
        var added = db is PostgresHubDbContext
            ? await InsertPostgresAsync(db, rows, cancellationToken)
            : await InsertSqliteAsync(db, rows, cancellationToken);
        foreach (var point in points)
        {
            summaries[point.Key].Add(point.Step, point.Value, Milliseconds(point.At));
        }

        foreach (var summary in summaries.Values)
        {
            summary.CountUp(added.GetValueOrDefault(summary.Id));
        }

        return added.Values.Sum();
    }

    /// <summary>
    /// The final figures, computed from the stored predictions. A key that also has a curve (validation loss by iteration) keeps
    /// its points; only what counts as its last value is settled, because the model that was kept may be of an earlier iteration.
    /// </summary>
    public static async Task SetFinalAsync(HubDbContext db, Guid runId, IReadOnlyDictionary<string, double> metrics, DateTime now, CancellationToken cancellationToken)
    {
        var summaries = await db.Set<RunMetric>().Where(m => m.RunId == runId).ToDictionaryAsync(m => m.Key, cancellationToken);
        await AddAsync(db, runId, [.. metrics.Where(m => !summaries.ContainsKey(m.Key)).Select(m => new JobMetric(m.Key, 0, m.Value, now))], cancellationToken);
        foreach (var (key, value) in metrics)
        {
            if (summaries.TryGetValue(key, out var summary))
            {
                summary.Settle(value);
            }
        }
    }

    /// <summary>Forgets all that a run measured.</summary>
    public static Task ForgetAsync(HubDbContext db, Guid runId, CancellationToken cancellationToken) =>
        // The points go with their metrics.
        db.Set<RunMetric>().Where(m => m.RunId == runId).ExecuteDeleteAsync(cancellationToken);

    internal static long Milliseconds(DateTime at) => new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)).ToUnixTimeMilliseconds();

    private static async Task<Dictionary<string, RunMetric>> SummariesAsync(HubDbContext db, Guid runId, List<string> keys, CancellationToken cancellationToken)
    {
        var summaries = await db.Set<RunMetric>().Where(m => m.RunId == runId && keys.Contains(m.Key)).ToDictionaryAsync(m => m.Key, cancellationToken);
        foreach (var key in keys.Where(k => !summaries.ContainsKey(k)))
        {
            db.Add(summaries[key] = RunMetric.Create(runId, key));
        }

        if (summaries.Values.Any(s => s.Id == 0))
        {
            await db.SaveChangesAsync(cancellationToken);
        }

        return summaries;
    }

    /// <summary>All rows in one statement: arrays travel fast.</summary>
    private static async Task<Dictionary<long, int>> InsertPostgresAsync(HubDbContext db, List<RunMetricPoint> rows, CancellationToken cancellationToken)
    {
        await using var command = Command(
            db,
            """
            INSERT INTO "RunMetricPoints" ("MetricId", "Step", "At", "Bits", "Value")
            SELECT * FROM unnest(@metric, @step, @at, @bits, @value) ON CONFLICT DO NOTHING RETURNING "MetricId"
            """);
        Add(command, "metric", rows.Select(r => r.MetricId).ToArray());
        Add(command, "step", rows.Select(r => r.Step).ToArray());
        Add(command, "at", rows.Select(r => r.At).ToArray());
        Add(command, "bits", rows.Select(r => r.Bits).ToArray());
        Add(command, "value", rows.Select(r => r.Value).ToArray());
        var added = new Dictionary<long, int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var metric = reader.GetInt64(0);
            added[metric] = added.GetValueOrDefault(metric) + 1;
        }

        return added;
    }

    /// <summary>One prepared statement, again and again: nothing travels.</summary>
    private static async Task<Dictionary<long, int>> InsertSqliteAsync(HubDbContext db, List<RunMetricPoint> rows, CancellationToken cancellationToken)
    {
        await using var command = Command(
            db,
            """
            INSERT INTO "RunMetricPoints" ("MetricId", "Step", "At", "Bits", "Value") VALUES (@metric, @step, @at, @bits, @value) ON CONFLICT DO NOTHING
            """);
        var metric = Add(command, "metric", 0L);
        var step = Add(command, "step", 0L);
        var at = Add(command, "at", 0L);
        var bits = Add(command, "bits", 0L);
        var value = Add(command, "value", 0.0);
        await command.PrepareAsync(cancellationToken);
        var added = new Dictionary<long, int>();
        foreach (var row in rows)
        {
            (metric.Value, step.Value, at.Value, bits.Value) = (row.MetricId, row.Step, row.At, row.Bits);
            value.Value = row.Value is { } number ? number : DBNull.Value;
            added[row.MetricId] = added.GetValueOrDefault(row.MetricId) + await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return added;
    }

    private static DbCommand Command(HubDbContext db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("Points are written in the transaction that they belong to.");
        return command;
    }

    private static DbParameter Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return parameter;
    }
}
