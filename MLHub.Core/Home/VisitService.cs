using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>Something that the actor opened before.</summary>
/// <param name="Context">Where it belongs: a run's experiment; <c>null</c> for things that stand alone.</param>
public sealed record VisitView(VisitKind Kind, Guid Id, string Name, string? Context, DateTime VisitedAt, DateTime ChangedAt);

/// <summary>Remembers what each person opened, so that they can go on where they were.</summary>
public sealed class VisitService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time)
{
    /// <summary>So many things are remembered per person and workspace.</summary>
    public const int MaxRemembered = 50;

    /// <summary>Notes that the actor opened something. What the actor may not see is not noted; it is no error.</summary>
    public async Task NoteAsync(Actor actor, VisitKind kind, Guid thingId, Guid workspaceId, CancellationToken cancellationToken)
    {
        // Who is let in to one dataset only has no home here.
        if (actor.Kind != ActorKind.Browser || !await access.IsMemberAsync(actor, workspaceId, cancellationToken))
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var mine = db.Set<Visit>().Where(v => v.UserId == actor.UserId);
        if (await mine.Where(v => v.ThingId == thingId).ExecuteUpdateAsync(s => s.SetProperty(v => v.At, now), cancellationToken) == 0)
        {
            db.Add(Visit.Create(actor.UserId, kind, thingId, workspaceId, now));
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (HubException taken) when (taken.Refusal == Refusal.Conflict)
            {
                // Two windows opened it at once: the other one noted it.
                return;
            }

            var oldest = await mine.Where(v => v.WorkspaceId == workspaceId).OrderByDescending(v => v.At).Skip(MaxRemembered).Select(v => (DateTime?)v.At).FirstOrDefaultAsync(cancellationToken);
            if (oldest is { } limit)
            {
                await mine.Where(v => v.WorkspaceId == workspaceId && v.At <= limit).ExecuteDeleteAsync(cancellationToken);
            }
        }
    }

    /// <summary>What the actor opened last and still exists, the latest first.</summary>
    public async Task<IReadOnlyList<VisitView>> LastAsync(Actor actor, Guid workspaceId, int count, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visits = await db.Set<Visit>().AsNoTracking().Where(v => v.UserId == actor.UserId && v.WorkspaceId == workspaceId)
            .OrderByDescending(v => v.At).Take(MaxRemembered).ToListAsync(cancellationToken);
        var things = new Dictionary<Guid, (string Name, string? Context, DateTime ChangedAt)>();
        List<Guid> Of(VisitKind kind) => [.. visits.Where(v => v.Kind == kind).Select(v => v.ThingId)];

        if (Of(VisitKind.Dataset) is { Count: > 0 } datasets)
        {
            foreach (var d in await db.Set<Dataset>().Where(d => datasets.Contains(d.Id) && d.WorkspaceId == workspaceId && d.DeletedAt == null)
                .Select(d => new { d.Id, d.Name, d.UpdatedAt }).ToListAsync(cancellationToken))
            {
                things[d.Id] = (d.Name, null, d.UpdatedAt);
            }
        }

        if (Of(VisitKind.Experiment) is { Count: > 0 } experiments)
        {
            foreach (var e in await db.Set<Experiment>().Where(e => experiments.Contains(e.Id) && e.WorkspaceId == workspaceId && e.DeletedAt == null)
                .Select(e => new { e.Id, e.Name, e.UpdatedAt }).ToListAsync(cancellationToken))
            {
                things[e.Id] = (e.Name, null, e.UpdatedAt);
            }
        }

        if (Of(VisitKind.Run) is { Count: > 0 } runs)
        {
            foreach (var r in await (
                from run in db.Set<Run>()
                join experiment in db.Set<Experiment>() on run.ExperimentId equals experiment.Id
                where runs.Contains(run.Id) && run.WorkspaceId == workspaceId && run.DeletedAt == null && experiment.DeletedAt == null
                select new { run.Id, run.Name, Experiment = experiment.Name, ChangedAt = run.EndedAt ?? run.StartedAt ?? run.CreatedAt }).ToListAsync(cancellationToken))
            {
                things[r.Id] = (r.Name, r.Experiment, r.ChangedAt);
            }
        }

        if (Of(VisitKind.Model) is { Count: > 0 } models)
        {
            foreach (var m in await db.Set<RegisteredModel>().Where(m => models.Contains(m.Id) && m.WorkspaceId == workspaceId && m.DeletedAt == null)
                .Select(m => new { m.Id, m.Name, m.UpdatedAt }).ToListAsync(cancellationToken))
            {
                things[m.Id] = (m.Name, null, m.UpdatedAt);
            }
        }

        return [.. visits.Where(v => things.ContainsKey(v.ThingId)).Take(count)
            .Select(v => new VisitView(v.Kind, v.ThingId, things[v.ThingId].Name, things[v.ThingId].Context, v.At, things[v.ThingId].ChangedAt))];
    }

    /// <summary>Whether the actor has opened anything of this kind in the workspace.</summary>
    public async Task<bool> HasOpenedAsync(Actor actor, Guid workspaceId, VisitKind kind, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Visit>().AnyAsync(v => v.UserId == actor.UserId && v.WorkspaceId == workspaceId && v.Kind == kind, cancellationToken);
    }
}
