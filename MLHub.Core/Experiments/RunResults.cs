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

    /// <summary>
    /// A curve with at most about <paramref name="maxPoints"/> points: of each bucket the first, lowest, highest and last point stay,
    /// so that no peak is lost. Empty when nothing was reported under this key.
    /// </summary>
    public async Task<IReadOnlyList<MetricPointView>> CurveAsync(Actor actor, Guid runId, string key, int maxPoints, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, cancellationToken);
        var points = await db.Set<RunMetricPoint>().Where(p => p.RunId == runId && p.Key == key).OrderBy(p => p.Step)
            .Select(p => new MetricPointView(p.Step, p.Value, p.At)).ToListAsync(cancellationToken);
        return CurveThinning.Thin(points, Math.Clamp(maxPoints, 4, MaxPoints));
    }

    /// <summary>All curves of a run that have more than one point, thinned.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>> CurvesAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, cancellationToken);
        var keys = await db.Set<RunMetric>().Where(m => m.RunId == runId && m.Count > 1).Select(m => m.Key).ToListAsync(cancellationToken);
        var points = await db.Set<RunMetricPoint>().Where(p => p.RunId == runId && keys.Contains(p.Key)).OrderBy(p => p.Key).ThenBy(p => p.Step)
            .Select(p => new { p.Key, Point = new MetricPointView(p.Step, p.Value, p.At) }).ToListAsync(cancellationToken);
        return points.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => CurveThinning.Thin([.. g.Select(p => p.Point)], DefaultPoints));
    }

    /// <summary>Lines of the run's log after the given number, oldest first, at most 1000.</summary>
    public async Task<IReadOnlyList<JobLogLine>> LogAsync(Actor actor, Guid runId, int after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, cancellationToken);
        return await jobs.LogAsync(actor, run.JobId, after, cancellationToken);
    }

    public async Task<EvaluationReport> EvaluationAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, cancellationToken);
        return await db.Set<RunEvaluation>().Where(e => e.RunId == runId).Select(e => e.Report).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.Conflict(
                run.IsOver ? "The run ended without a model, so there is nothing to evaluate." : "The run is not finished yet. Its evaluation comes with its end.",
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
