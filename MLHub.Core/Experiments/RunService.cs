using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Runs: finding, naming, annotating, stopping, deleting. What they measured is told by <see cref="RunResults"/>.</summary>
public sealed class RunService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, JobService jobs, TimeProvider time, News news)
{
    public async Task<RunView> GetAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("run");
        var role = await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Reader, "run", cancellationToken);
        return (await ViewsAsync(db, [run], cancellationToken))[0] with { MyRole = role };
    }

    public async Task<Page<RunView>> SearchAsync(Actor actor, Guid experimentId, RunQuery query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspaceId = await db.Set<Experiment>().Where(e => e.Id == experimentId && e.DeletedAt == null).Select(e => (Guid?)e.WorkspaceId).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("experiment");
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "experiment", cancellationToken);
        return await PageAsync(db, db.Set<Run>().Where(r => r.ExperimentId == experimentId), query, role, cancellationToken);
    }

    /// <summary>Runs of all experiments of a workspace, for its home page.</summary>
    public async Task<Page<RunView>> RecentAsync(Actor actor, Guid workspaceId, RunQuery query, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await PageAsync(db, db.Set<Run>().Where(r => r.WorkspaceId == workspaceId), query, role, cancellationToken);
    }

    /// <summary>Names of runs that the actor may see, for lists that mention them; deleted ones are missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(Actor actor, IReadOnlyList<Guid> runIds, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        return await db.Set<Run>().Where(r => runIds.Contains(r.Id) && r.DeletedAt == null && visible.Contains(r.WorkspaceId))
            .ToDictionaryAsync(r => r.Id, r => r.Name, cancellationToken);
    }

    /// <summary>Changes name, note or tags; <c>null</c> leaves a field as it is, an empty note removes it.</summary>
    public async Task EditAsync(Actor actor, Guid runId, string? name, string? note, IReadOnlyDictionary<string, string>? tags, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        if (name is not null)
        {
            run.Rename(name);
        }

        if (note is not null)
        {
            run.Annotate(note.Length == 0 ? null : note);
        }

        if (tags is not null)
        {
            await RunFactWriter.ReplaceTagsAsync(db, runId, tags, cancellationToken);
        }

        db.Audit(actor, run.WorkspaceId, "run.edit", run.Id, run.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Puts a run that is over in the trash. Editors may delete their own, managers all. Models made from it stay.</summary>
    public async Task DeleteAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        if (run.CreatedBy != actor.UserId)
        {
            await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Manager, "run", cancellationToken);
        }

        run.Delete(Now);
        db.Audit(actor, run.WorkspaceId, "run.delete", run.Id, run.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Stops a run; harmless when it is over.</summary>
    public async Task CancelAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(actor, runId, cancellationToken);
        if (run.JobId is { } job)
        {
            await jobs.CancelAsync(actor, job, cancellationToken);
        }
        else if (!run.IsOver)
        {
            await CancelExternalAsync(actor, runId, cancellationToken);
        }

        news.Publish(Topic.Run(runId));
    }

    /// <summary>MLHub cannot stop a program elsewhere; it notes the wish as the run's state, which the program sees with its next report.</summary>
    private async Task CancelExternalAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        if (run.CreatedBy != actor.UserId)
        {
            await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Manager, "run", cancellationToken);
        }

        run.Report(RunState.Cancelled, null, null, Now);
        db.Audit(actor, run.WorkspaceId, "run.cancel", run.Id, run.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Lets a run stop early and keep the best model so far.</summary>
    public async Task FinishAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(actor, runId, cancellationToken);
        await jobs.FinishAsync(
            actor, run.JobId ?? throw HubException.Conflict("This run is computed elsewhere: only its own program can finish it. You may cancel it here.", "EXTERNAL_RUN"), cancellationToken);
        news.Publish(Topic.Run(runId));
    }

    public async Task<RunCounts> CountsAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = db.Set<Run>().Where(r => r.WorkspaceId == workspaceId && r.DeletedAt == null);
        var weekAgo = Now.AddDays(-7);
        return new(
            await runs.CountAsync(cancellationToken),
            await runs.CountAsync(r => r.CreatedAt > weekAgo, cancellationToken),
            await runs.CountAsync(r => r.State == RunState.Queued || r.State == RunState.Running, cancellationToken),
            await db.Set<Experiment>().CountAsync(e => e.WorkspaceId == workspaceId && e.DeletedAt == null, cancellationToken));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<Run> RequireAsync(HubDbContext db, Actor actor, Guid runId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var run = await db.Set<Run>().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, role, "run", cancellationToken);
        return run;
    }

    private static async Task<Page<RunView>> PageAsync(HubDbContext db, IQueryable<Run> runs, RunQuery query, WorkspaceRole role, CancellationToken cancellationToken)
    {
        runs = runs.AsNoTracking().Where(r => r.DeletedAt == null);
        if (query.States.Count > 0)
        {
            runs = runs.Where(r => query.States.Contains(r.State));
        }

        runs = query.Order switch
        {
            RunOrder.Oldest => runs.OrderBy(r => r.Id),
            RunOrder.Name => runs.OrderBy(r => r.Name).ThenBy(r => r.Id),
            _ => runs.OrderByDescending(r => r.Id),
        };
        var rows = await runs.Skip(query.Page.Skip).Take(query.Page.Take + 1).ToListAsync(cancellationToken);
        var views = await ViewsAsync(db, rows, cancellationToken);
        return query.Page.ToPage(views.ConvertAll(v => v with { MyRole = role }));
    }

    /// <summary>Completes runs with what stands in other tables, with one query per table.</summary>
    private static async Task<List<RunView>> ViewsAsync(HubDbContext db, List<Run> runs, CancellationToken cancellationToken)
    {
        var ids = runs.ConvertAll(r => r.Id);
        var jobIds = runs.Select(r => r.JobId).OfType<Guid>().ToList();
        var experimentIds = runs.Select(r => r.ExperimentId).Distinct().ToList();
        var datasetIds = runs.Select(r => r.DatasetId).OfType<Guid>().Distinct().ToList();
        var userIds = runs.Select(r => r.CreatedBy).Distinct().ToList();
        var metrics = (await db.Set<RunMetric>().AsNoTracking().Where(m => ids.Contains(m.RunId)).ToListAsync(cancellationToken)).ToLookup(m => m.RunId);
        var parameters = (await db.Set<RunParameter>().AsNoTracking().Where(p => ids.Contains(p.RunId)).ToListAsync(cancellationToken)).ToLookup(p => p.RunId);
        var tags = (await db.Set<RunTag>().AsNoTracking().Where(t => ids.Contains(t.RunId)).ToListAsync(cancellationToken)).ToLookup(t => t.RunId);
        var jobs = await db.Set<Job>().AsNoTracking().Where(j => jobIds.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancellationToken);
        var experiments = await db.Set<Experiment>().Where(e => experimentIds.Contains(e.Id)).ToDictionaryAsync(e => e.Id, e => e.Name, cancellationToken);
        var datasets = await db.Set<Dataset>().Where(d => datasetIds.Contains(d.Id) && d.DeletedAt == null).ToDictionaryAsync(d => d.Id, d => d.Name, cancellationToken);
        var users = await db.Set<HubUser>().Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return runs.ConvertAll(run =>
        {
            var job = run.JobId is { } id ? jobs.GetValueOrDefault(id) : null;
            return new RunView
            {
                Id = run.Id,
                WorkspaceId = run.WorkspaceId,
                ExperimentId = run.ExperimentId,
                ExperimentName = experiments.GetValueOrDefault(run.ExperimentId) ?? "",
                ParentRunId = run.ParentRunId,
                Name = run.Name,
                Source = run.Source,
                State = run.State,
                Configuration = run.Configuration,
                Algorithm = run.Algorithm,
                Task = run.Task,
                Parameters = parameters[run.Id].OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => HubJson.Read<JsonElement>(p.Value)),
                Dataset = run.Data is { } data ? RunDataset.Of(data, datasets.GetValueOrDefault(data.DatasetId)) : null,
                JobId = run.JobId,
                Progress = run.State == RunState.Finished ? 1 : job?.Progress ?? 0,
                Stage = job?.Stage,
                Message = job?.Message,
                IsStopping = !run.IsOver && job is { CancelRequested: true } or { FinishRequested: true, State: JobState.Running },
                Metrics = metrics[run.Id].ToDictionary(m => m.Key, m => new RunMetricView(m.Last, m.Min, m.Max, m.Step)),
                Tags = tags[run.Id].OrderBy(t => t.Key, StringComparer.Ordinal).ToDictionary(t => t.Key, t => t.Value),
                Note = run.Note,
                Result = run.Result,
                Error = run.Error,
                ErrorCode = run.ErrorCode,
                CreatedBy = run.CreatedBy,
                CreatedByName = users.GetValueOrDefault(run.CreatedBy),
                CreatedAt = run.CreatedAt,
                StartedAt = run.StartedAt,
                EndedAt = run.EndedAt,
                SeenAt = run.SeenAt,
                ArchivedAt = run.ArchivedAt,
            };
        });
    }
}

/// <summary>Figures for a workspace's home page.</summary>
public sealed record RunCounts(int Runs, int ThisWeek, int Active, int Experiments);
