using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>What a run measured: curves, log, evaluation.</summary>
public sealed class RunResults(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, JobService jobs)
{
    public const int DefaultPoints = 500;
    public const int MaxPoints = 5000;
    public const int MaxCurves = 100;

    /// <summary>
    /// A curve with at most about <paramref name="maxPoints"/> points: of each bucket the first, lowest, highest and last point stay,
    /// so that no peak is lost. Empty when nothing was reported under this key.
    /// </summary>
    public async Task<IReadOnlyList<MetricPointView>> CurveAsync(Actor actor, Guid runId, string key, int maxPoints, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, cancellationToken);
        return await db.Set<RunMetric>().AsNoTracking().SingleOrDefaultAsync(m => m.RunId == runId && m.Key == key, cancellationToken) is { } metric
            ? await ThinAsync(db, metric, maxPoints, cancellationToken)
            : [];
    }

    /// <summary>Curves of a run that have more than one point, thinned.</summary>
    /// <param name="keys">Only these; <c>null</c> takes all, at most <see cref="MaxCurves"/>.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>> CurvesAsync(Actor actor, Guid runId, IReadOnlyList<string>? keys, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, cancellationToken);
        var metrics = await db.Set<RunMetric>().AsNoTracking().Where(m => m.RunId == runId && m.Count > 1 && (keys == null || keys.Contains(m.Key)))
            .OrderBy(m => m.Key).Take(MaxCurves).ToListAsync(cancellationToken);
        var curves = new Dictionary<string, IReadOnlyList<MetricPointView>>();
        foreach (var metric in metrics)
        {
            curves[metric.Key] = await ThinAsync(db, metric, DefaultPoints, cancellationToken);
        }

        return curves;
    }

    /// <summary>Points pass by one at a time: memory does not grow with the length of the curve.</summary>
    private static async Task<IReadOnlyList<MetricPointView>> ThinAsync(HubDbContext db, RunMetric metric, int maxPoints, CancellationToken cancellationToken)
    {
        var thinning = new CurveThinning(metric.Count, Math.Clamp(maxPoints, 4, MaxPoints));
        var points = db.Set<RunMetricPoint>().Where(p => p.MetricId == metric.Id).OrderBy(p => p.Step).ThenBy(p => p.At)
            .Select(p => new { p.Step, p.Value, p.At }).AsAsyncEnumerable();
        await foreach (var point in points.WithCancellation(cancellationToken))
        {
            thinning.Add(new(point.Step, point.Value, DateTime.UnixEpoch.AddMilliseconds(point.At)));
        }

        return thinning.Points();
    }

    /// <summary>Lines of the run's log after the given number, oldest first, at most 1000.</summary>
    public async Task<IReadOnlyList<JobLogLine>> LogAsync(Actor actor, Guid runId, int after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, cancellationToken);
        // What a program elsewhere prints stays there.
        return run.JobId is { } job ? await jobs.LogAsync(actor, job, after, cancellationToken) : [];
    }

    public async Task<EvaluationReport> EvaluationAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, cancellationToken);
        return await db.Set<RunEvaluation>().Where(e => e.RunId == runId).Select(e => e.Report).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.Conflict(
                run.Source == RunSource.External ? "This run was logged from outside: its metrics are there, an evaluation by MLHub is not."
                : run.IsOver ? "The run ended without a model, so there is nothing to evaluate." : "The run is not finished yet. Its evaluation comes with its end.",
                "RUN_NOT_FINISHED");
    }

    private async Task<Run> RequireAsync(HubDbContext db, Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Reader, "run", cancellationToken);
        return run;
    }
}
