using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Experiments: finding, creating, describing, deleting.</summary>
public sealed class ExperimentService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time, News news)
{
    /// <summary>Those that changed last come first.</summary>
    public async Task<Page<ExperimentView>> ListAsync(Actor actor, Guid workspaceId, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiments = db.Set<Experiment>().AsNoTracking().Where(e => e.WorkspaceId == workspaceId && e.DeletedAt == null);
        if (!string.IsNullOrWhiteSpace(search))
        {
            var key = Slug.Key(search.Trim());
            experiments = experiments.Where(e => e.NameKey.Contains(key));
        }

        var rows = await Views(db, experiments.OrderByDescending(e => e.UpdatedAt).ThenBy(e => e.Id).Skip(page.Skip).Take(page.Take + 1)).ToListAsync(cancellationToken);
        return page.ToPage(rows.ConvertAll(e => e with { MyRole = role }));
    }

    public async Task<ExperimentView> GetAsync(Actor actor, Guid experimentId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var view = await Views(db, db.Set<Experiment>().AsNoTracking().Where(e => e.Id == experimentId && e.DeletedAt == null)).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("experiment");
        var role = await access.RequireAsync(actor, view.WorkspaceId, WorkspaceRole.Reader, "experiment", cancellationToken);
        return view with { MyRole = role };
    }

    public async Task<ExperimentView> CreateAsync(Actor actor, Guid workspaceId, string name, string? description, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiment = Experiment.Create(workspaceId, name, description, actor.UserId, Now);
        db.Add(experiment);
        db.Audit(actor, workspaceId, "experiment.create", experiment.Id, experiment.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(workspaceId));
        return await GetAsync(actor, experiment.Id, cancellationToken);
    }

    /// <summary>Changes name or description; <c>null</c> leaves a field as it is.</summary>
    public async Task EditAsync(Actor actor, Guid experimentId, string? name, string? description, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiment = await RequireAsync(db, actor, experimentId, WorkspaceRole.Editor, cancellationToken);
        if (name is not null)
        {
            experiment.Rename(name, Now);
        }

        if (description is not null)
        {
            experiment.Describe(description, Now);
        }

        db.Audit(actor, experiment.WorkspaceId, "experiment.edit", experiment.Id, experiment.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(experiment.WorkspaceId));
    }

    /// <summary>Puts the experiment and its runs in the trash. Models made from its runs stay. Editors may delete their own, managers all.</summary>
    public async Task DeleteAsync(Actor actor, Guid experimentId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiment = await RequireAsync(db, actor, experimentId, WorkspaceRole.Editor, cancellationToken);
        if (experiment.CreatedBy != actor.UserId)
        {
            await access.RequireAsync(actor, experiment.WorkspaceId, WorkspaceRole.Manager, "experiment", cancellationToken);
        }

        var active = await db.Set<Run>().CountAsync(r => r.ExperimentId == experimentId && r.DeletedAt == null && (r.State == RunState.Queued || r.State == RunState.Running), cancellationToken);
        if (active > 0)
        {
            throw HubException.Conflict($"{active} of its runs are still going on. Cancel them first, then delete the experiment.", "RUN_ACTIVE");
        }

        experiment.Delete(Now);
        db.Audit(actor, experiment.WorkspaceId, "experiment.delete", experiment.Id, experiment.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(experiment.WorkspaceId));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<Experiment> RequireAsync(HubDbContext db, Actor actor, Guid experimentId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var experiment = await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == experimentId && e.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("experiment");
        await access.RequireAsync(actor, experiment.WorkspaceId, role, "experiment", cancellationToken);
        return experiment;
    }

    private static IQueryable<ExperimentView> Views(HubDbContext db, IQueryable<Experiment> experiments) =>
        experiments.Select(e => new ExperimentView
        {
            Id = e.Id,
            WorkspaceId = e.WorkspaceId,
            Name = e.Name,
            Description = e.Description,
            RunCount = db.Set<Run>().Count(r => r.ExperimentId == e.Id && r.DeletedAt == null),
            ActiveRunCount = db.Set<Run>().Count(r => r.ExperimentId == e.Id && r.DeletedAt == null && (r.State == RunState.Queued || r.State == RunState.Running)),
            CreatedBy = e.CreatedBy,
            CreatedAt = e.CreatedAt,
            UpdatedAt = e.UpdatedAt,
        });
}

/// <summary>An experiment as lists and pages show it.</summary>
public sealed record ExperimentView
{
    public required Guid Id { get; init; }

    public required Guid WorkspaceId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public int RunCount { get; init; }

    public int ActiveRunCount { get; init; }

    public Guid CreatedBy { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    public WorkspaceRole? MyRole { get; init; }
}
