using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>How somebody arranged the run table of an experiment; nobody else sees it, so it is no audited change.</summary>
public sealed class RunTableService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    public async Task<string?> LayoutAsync(Actor actor, Guid experimentId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, experimentId, cancellationToken);
        return await db.Set<RunTableLayout>().Where(l => l.UserId == actor.UserId && l.ExperimentId == experimentId).Select(l => l.Layout).SingleOrDefaultAsync(cancellationToken);
    }

    /// <param name="layout">The query of the table's address; <c>null</c> or empty forgets it.</param>
    public async Task KeepAsync(Actor actor, Guid experimentId, string? layout, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, experimentId, cancellationToken);
        var kept = await db.Set<RunTableLayout>().SingleOrDefaultAsync(l => l.UserId == actor.UserId && l.ExperimentId == experimentId, cancellationToken);
        if (string.IsNullOrEmpty(layout))
        {
            if (kept is not null)
            {
                db.Remove(kept);
            }
        }
        else if (kept is null)
        {
            db.Add(RunTableLayout.Create(actor.UserId, experimentId, layout));
        }
        else
        {
            kept.Change(layout);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task RequireAsync(HubDbContext db, Actor actor, Guid experimentId, CancellationToken cancellationToken)
    {
        var workspaceId = await db.Set<Experiment>().Where(e => e.Id == experimentId && e.DeletedAt == null).Select(e => (Guid?)e.WorkspaceId).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("experiment");
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "experiment", cancellationToken);
    }
}
