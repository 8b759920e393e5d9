using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Runs: naming, annotating, stopping, archiving, deleting. They are found by <see cref="RunSearch"/>, and <see cref="RunResults"/> tells what they measured.</summary>
public sealed class RunService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, JobService jobs, SearchService searches, AlgorithmCatalog catalog, TimeProvider time, News news)
{
    public async Task<RunView> GetAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("run");
        var role = await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Reader, "run", cancellationToken);
        return (await RunViews.OfAsync(db, [run], null, cancellationToken))[0] with { MyRole = role };
    }

    /// <summary>Runs of all experiments of a workspace, for its home page; trials of a search are told by their search.</summary>
    public async Task<Page<RunView>> RecentAsync(Actor actor, Guid workspaceId, RunQuery query, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await PageAsync(db, db.Set<Run>().Where(r => r.WorkspaceId == workspaceId && (r.ParentRunId == null || r.Source != RunSource.Mlhub)), query, role, cancellationToken);
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
        await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
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
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Adds tags to a run or changes their values; the others stay.</summary>
    public async Task TagAsync(Actor actor, Guid runId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
        await RunFactWriter.SetTagsAsync(db, runId, tags, cancellationToken);
        db.Audit(actor, run.WorkspaceId, "run.tag", run.Id, string.Join(", ", tags.Keys), Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    public async Task UntagAsync(Actor actor, Guid runId, string key, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        var tag = await db.Set<RunTag>().SingleOrDefaultAsync(t => t.RunId == runId && t.Key == key, cancellationToken) ?? throw HubException.NotFound("tag");
        db.Remove(tag);
        db.Audit(actor, run.WorkspaceId, "run.untag", run.Id, key, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Takes runs out of sight, or back; nothing of them is lost.</summary>
    public async Task ArchiveAsync(Actor actor, Guid runId, bool isArchived, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        if (isArchived)
        {
            run.Archive(Now);
        }
        else
        {
            run.Unarchive();
        }

        db.Audit(actor, run.WorkspaceId, isArchived ? "run.archive" : "run.unarchive", run.Id, run.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Takes a run out of the trash. Editors may restore their own, managers all.</summary>
    public async Task RestoreAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.Set<Run>().SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, run.CreatedBy == actor.UserId ? WorkspaceRole.Editor : WorkspaceRole.Manager, "run", cancellationToken);
        if (!await db.Set<Experiment>().AnyAsync(e => e.Id == run.ExperimentId && e.DeletedAt == null, cancellationToken))
        {
            throw HubException.Conflict("The run's experiment was deleted.", "EXPERIMENT_DELETED");
        }

        // The trials of a search went with it and come back with it.
        foreach (var trial in await TrialsAsync(db, runId, cancellationToken))
        {
            if (trial.DeletedAt == run.DeletedAt)
            {
                trial.Restore();
            }
        }

        run.Restore();
        db.Audit(actor, run.WorkspaceId, "run.restore", run.Id, run.Name, Now);
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

        var now = Now;
        run.Delete(now);
        foreach (var trial in (await TrialsAsync(db, runId, cancellationToken)).Where(t => t.DeletedAt is null))
        {
            trial.Delete(now);
        }

        db.Audit(actor, run.WorkspaceId, "run.delete", run.Id, run.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Run(run.Id), Topic.Workspace(run.WorkspaceId));
    }

    /// <summary>Stops a run; harmless when it is over.</summary>
    public async Task CancelAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(actor, runId, cancellationToken);
        if (run.IsSearching && await searches.TryCancelAsync(actor, runId, cancellationToken))
        {
            return;
        }

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

    /// <summary>Lets a run stop early and keep the best model so far. A search always may; a training only when its algorithm has a model before its end.</summary>
    /// <exception cref="HubException">NOTHING_TO_KEEP: there is no model before its end.</exception>
    public async Task FinishAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await GetAsync(actor, runId, cancellationToken);
        if (run.IsSearching && await searches.TryFinishAsync(actor, runId, cancellationToken))
        {
            return;
        }

        await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Editor, "run", cancellationToken);
        if (!run.IsOver && catalog.TryFind(run.Configuration?.Algorithm, out var algorithm) && !algorithm.KeepsModelSoFar)
        {
            throw HubException.Conflict($"{algorithm.DisplayName} has no model before its end. Let it train to its end, or cancel it.", "NOTHING_TO_KEEP");
        }

        await jobs.FinishAsync(
            actor, run.JobId ?? throw HubException.Conflict("This run is computed elsewhere: only its own program can finish it. You may cancel it here.", "EXTERNAL_RUN"), cancellationToken);
        news.Publish(Topic.Run(runId));
    }

    public async Task<RunCounts> CountsAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = db.Set<Run>().Where(r => r.WorkspaceId == workspaceId && r.DeletedAt == null && (r.ParentRunId == null || r.Source != RunSource.Mlhub));
        var weekAgo = Now.AddDays(-7);
        return new(
            await runs.CountAsync(cancellationToken),
            await runs.CountAsync(r => r.CreatedAt > weekAgo, cancellationToken),
            await runs.CountAsync(r => r.State == RunState.Queued || r.State == RunState.Running, cancellationToken),
            await db.Set<Experiment>().CountAsync(e => e.WorkspaceId == workspaceId && e.DeletedAt == null, cancellationToken));
    }

    private static Task<List<Run>> TrialsAsync(HubDbContext db, Guid runId, CancellationToken cancellationToken) =>
        db.Set<Run>().Where(r => r.ParentRunId == runId && r.Source == RunSource.Mlhub).ToListAsync(cancellationToken);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A run that is about to be changed.</summary>
    private async Task<Run> RequireAsync(HubDbContext db, Actor actor, Guid runId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, role, "run", cancellationToken);
        return run;
    }

    private static async Task<Page<RunView>> PageAsync(HubDbContext db, IQueryable<Run> runs, RunQuery query, WorkspaceRole role, CancellationToken cancellationToken)
    {
        runs = runs.AsNoTracking().Where(r => r.DeletedAt == null && r.ArchivedAt == null);
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
        var views = await RunViews.OfAsync(db, rows, null, cancellationToken);
        return query.Page.ToPage(views.ConvertAll(v => v with { MyRole = role }));
    }
}

/// <summary>Figures for a workspace's home page.</summary>
public sealed record RunCounts(int Runs, int ThisWeek, int Active, int Experiments);
