using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Keeps how each person arranged the table of a dataset.</summary>
public sealed class DatasetLayoutService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time)
{
    public async Task<TableLayout> GetAsync(Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, cancellationToken);

        return await db.Set<DatasetLayout>().AsNoTracking().Where(l => l.UserId == actor.UserId && l.DatasetId == datasetId).Select(l => l.Layout).SingleOrDefaultAsync(cancellationToken)
            ?? TableLayout.Default;
    }

    public async Task SaveAsync(Actor actor, Guid datasetId, TableLayout layout, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, cancellationToken);

        var kept = await db.Set<DatasetLayout>().SingleOrDefaultAsync(l => l.UserId == actor.UserId && l.DatasetId == datasetId, cancellationToken);
        if (kept is null)
        {
            kept = DatasetLayout.Create(actor.UserId, datasetId);
            db.Add(kept);
        }

        kept.Arrange(layout, time.GetUtcNow().UtcDateTime);
        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task RequireAsync(HubDbContext db, Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Reader, cancellationToken);
    }
}
