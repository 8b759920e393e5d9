using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>
/// Runs that programs elsewhere compute and report. Beginning and end are audited; points and signs of life are not, because they
/// come many times a second and say nothing about who may what.
/// </summary>
public sealed class ExternalRunService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IOptions<ExperimentOptions> options, TimeProvider time, News news)
{
    public const int MaxPointsPerBatch = 10_000;
    public const int MaxMetricsPerRun = 5000;

    /// <summary>A program that logs fast says "I live" with each batch; writing that down so often is enough.</summary>
    private static readonly TimeSpan HeardInterval = TimeSpan.FromSeconds(5);

    public async Task<Guid> CreateAsync(Actor actor, Guid experimentId, ExternalRunRequest request, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiment = await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == experimentId && e.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("experiment");
        await access.RequireAsync(actor, experiment.WorkspaceId, WorkspaceRole.Editor, "experiment", cancellationToken);

        var parent = request.ParentRunId is { } parentId
            ? await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == parentId && r.ExperimentId == experimentId && r.DeletedAt == null, cancellationToken)
                ?? throw HubException.Field("parentRunId", "There is no such run in this experiment.", "NO_SUCH_RUN")
            : null;
        var run = Run.CreateExternal(
            experiment, request.Name, request.Algorithm, await DataAsync(db, actor, request, cancellationToken), parent, RequireTime(request.StartedAt, "startedAt") ?? Now, actor.UserId, Now);
        run.Annotate(string.IsNullOrEmpty(request.Note) ? null : request.Note);
        db.Add(run);
        await RunFactWriter.AddParametersAsync(db, run.Id, request.Parameters, cancellationToken);
        await RunFactWriter.SetTagsAsync(db, run.Id, request.Tags, cancellationToken);
        experiment.Touch(Now);
        db.Audit(actor, run.WorkspaceId, "run.create", run.Id, run.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        Tell(run);
        return run.Id;
    }

    /// <summary>Ends a run, or takes one up again.</summary>
    public async Task ReportAsync(Actor actor, Guid runId, RunState state, string? error, DateTimeOffset? endedAt, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, cancellationToken);
        run.Report(state, error, RequireTime(endedAt, "endedAt"), Now);
        if (await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == run.ExperimentId, cancellationToken) is { } experiment)
        {
            experiment.Touch(Now);
        }

        db.Audit(actor, run.WorkspaceId, "run.report", run.Id, $"{run.Name}: {state.ToString().ToLowerInvariant()}", Now);
        await db.SaveChangesAsync(cancellationToken);
        Tell(run);
    }

    public async Task<RunState> LogParametersAsync(Actor actor, Guid runId, IReadOnlyDictionary<string, JsonElement> parameters, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, cancellationToken);
        await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
        await RunFactWriter.AddParametersAsync(db, runId, parameters, cancellationToken);
        run.Hear(Now);
        db.Audit(actor, run.WorkspaceId, "run.parameters", run.Id, string.Join(", ", parameters.Keys), Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Tell(run);
        return run.State;
    }

    /// <summary>Adds points of curves, all or none. The very same point is stored once, so a repeated batch is harmless.</summary>
    public async Task<MetricsLogged> LogMetricsAsync(Actor actor, Guid runId, IReadOnlyList<ExternalPoint> points, CancellationToken cancellationToken)
    {
        var rows = Check(points);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, cancellationToken);
        await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
        var stored = await RunMetricWriter.AddAsync(db, runId, rows, cancellationToken);
        if (run.State == RunState.Lost || run.SeenAt is not { } seen || Now - seen > HeardInterval)
        {
            run.Hear(Now);
        }

        await db.SaveChangesAsync(cancellationToken);
        if (rows.Count > 0 && await db.Set<RunMetric>().CountAsync(m => m.RunId == runId, cancellationToken) > MaxMetricsPerRun)
        {
            // The transaction is not committed.
            throw HubException.Field("points", $"A run has at most {MaxMetricsPerRun} metrics. Put what changes into the step, not into the key.", "TOO_MANY_METRICS");
        }

        await transaction.CommitAsync(cancellationToken);
        Tell(run);
        return new(points.Count, stored, run.State);
    }

    /// <summary>The program lives. What comes back tells it whether somebody cancelled the run meanwhile.</summary>
    public async Task<RunState> HearAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, cancellationToken);
        var before = run.State;
        run.Hear(Now);
        await db.SaveChangesAsync(cancellationToken);
        if (before != run.State)
        {
            Tell(run);
        }

        return run.State;
    }

    /// <summary>Marks runs as lost whose program fell silent.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var silentSince = Now.AddMinutes(-options.Value.LostAfterMinutes);
        var silent = await db.Set<Run>().Where(r => r.State == RunState.Running && r.SeenAt < silentSince && r.Source == RunSource.External).OrderBy(r => r.SeenAt).Take(1000)
            .Select(r => new { r.Id, r.WorkspaceId }).ToListAsync(cancellationToken);
        var lost = 0;
        foreach (var run in silent)
        {
            // It may have spoken in the meantime.
            lost += await db.Set<Run>().Where(r => r.Id == run.Id && r.State == RunState.Running && r.SeenAt < silentSince)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RunState.Lost), cancellationToken);
            news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
        }

        return lost;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private void Tell(Run run) => news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));

    private async Task<Run> RequireAsync(HubDbContext db, Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Editor, "run", cancellationToken);
        return run.Source == RunSource.External
            ? run
            : throw HubException.Conflict("MLHub computes this run and writes its figures itself. Log to a run that you created.", "NOT_EXTERNAL");
    }

    private async Task<RunData?> DataAsync(HubDbContext db, Actor actor, ExternalRunRequest request, CancellationToken cancellationToken)
    {
        if (request.DatasetId is not { } datasetId)
        {
            return request.DatasetVersion is null ? null : throw HubException.Field("datasetId", "Say which dataset this is a version of.");
        }

        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var number = request.DatasetVersion ?? dataset.LatestVersion;
        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number && v.State == DatasetVersionState.Ready, cancellationToken);
        return version is { ContentHash: { } hash }
            ? new(datasetId, version.Id, version.Number, hash)
            : throw HubException.Field("datasetVersion", "The dataset has no such version that is ready.", "NO_SUCH_VERSION");
    }

    private List<JobMetric> Check(IReadOnlyList<ExternalPoint> points)
    {
        if (points.Count > MaxPointsPerBatch)
        {
            throw HubException.Field("points", $"Send at most {MaxPointsPerBatch} points at a time.", "TOO_MANY_POINTS");
        }

        var now = Now;
        return [.. points.Select((p, i) => new JobMetric(RunKey.Require(p.Key, $"points[{i}].key"), p.Step, p.Value, RequireTime(p.Timestamp, $"points[{i}].timestamp") ?? now))];
    }

    private static DateTime? RequireTime(DateTimeOffset? at, string field) =>
        at is null ? null
        : at >= DateTimeOffset.UnixEpoch && at < DateTimeOffset.UnixEpoch.AddYears(1000) ? at.Value.UtcDateTime
        : throw HubException.Field(field, "The time has to be after 1970.", "BAD_TIME");
}

/// <summary>A run as the program that computes it announces it.</summary>
public sealed record ExternalRunRequest
{
    /// <summary><c>null</c> makes one up.</summary>
    public string? Name { get; init; }

    public Guid? ParentRunId { get; init; }

    public string? Algorithm { get; init; }

    public string? Note { get; init; }

    public IReadOnlyDictionary<string, JsonElement> Parameters { get; init; } = new Dictionary<string, JsonElement>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public Guid? DatasetId { get; init; }

    /// <summary><c>null</c> takes the newest that is ready.</summary>
    public int? DatasetVersion { get; init; }

    public DateTimeOffset? StartedAt { get; init; }
}

/// <param name="Value">May be NaN or infinite.</param>
/// <param name="Timestamp"><c>null</c>: now.</param>
public readonly record struct ExternalPoint(string Key, double Value, long Step, DateTimeOffset? Timestamp);

/// <param name="Stored">Points that were new.</param>
/// <param name="State">Tells the program when somebody cancelled its run.</param>
public sealed record MetricsLogged(int Received, int Stored, RunState State);
