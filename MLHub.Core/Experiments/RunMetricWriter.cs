using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Jobs;

namespace MLHub.Core.Experiments;

/// <summary>Writes points and keeps each metric's summary in step with them. The caller saves.</summary>
internal static class RunMetricWriter
{
    /// <summary>Adds points of curves. A step that is there already is left as it is, so that a repeated batch is harmless.</summary>
    public static async Task AddAsync(HubDbContext db, Guid runId, IReadOnlyList<JobMetric> points, CancellationToken cancellationToken)
    {
        var keys = points.Select(p => p.Key).Distinct().ToList();
        var summaries = await db.Set<RunMetric>().Where(m => m.RunId == runId && keys.Contains(m.Key)).ToDictionaryAsync(m => m.Key, cancellationToken);
        foreach (var group in points.GroupBy(p => p.Key))
        {
            var steps = group.Select(p => p.Step).ToList();
            var known = (await db.Set<RunMetricPoint>().Where(p => p.RunId == runId && p.Key == group.Key && steps.Contains(p.Step)).Select(p => p.Step).ToListAsync(cancellationToken)).ToHashSet();
            foreach (var point in group.Where(p => known.Add(p.Step)))
            {
                db.Add(RunMetricPoint.Create(runId, point.Key, point.Step, point.Value, point.At));
                if (summaries.TryGetValue(point.Key, out var summary))
                {
                    summary.Add(point.Step, point.Value);
                }
                else
                {
                    db.Add(summaries[point.Key] = RunMetric.Create(runId, point.Key, point.Step, point.Value));
                }
            }
        }
    }

    /// <summary>
    /// The final figures, computed from the stored predictions. A key that also has a curve (validation loss by iteration) keeps
    /// its points; only what counts as its last value is settled, because the model that was kept may be of an earlier iteration.
    /// </summary>
    public static async Task SetFinalAsync(HubDbContext db, Guid runId, IReadOnlyDictionary<string, double> metrics, DateTime now, CancellationToken cancellationToken)
    {
        var summaries = await db.Set<RunMetric>().Where(m => m.RunId == runId).ToDictionaryAsync(m => m.Key, cancellationToken);
        foreach (var (key, value) in metrics)
        {
            if (summaries.TryGetValue(key, out var summary))
            {
                summary.Settle(value);
            }
            else
            {
                db.Add(RunMetric.Create(runId, key, 0, value));
                db.Add(RunMetricPoint.Create(runId, key, 0, value, now));
            }
        }
    }
}
