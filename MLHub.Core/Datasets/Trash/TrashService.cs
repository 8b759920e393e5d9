using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets.Trash;

/// <summary>
/// What was deleted and can still come back. Deleting for ever happens in two steps: the thing is marked, and an hour later its row and
/// the names of its bytes go. So whoever was reading or copying it at that moment comes to an end with the bytes still there.
/// </summary>
public sealed class TrashService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IEnumerable<IVersionUses> uses, IOptions<DatasetOptions> options, TimeProvider time, News news)
{
    private static readonly TimeSpan LettingGo = TimeSpan.FromHours(1);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private TimeSpan Lifetime => TimeSpan.FromDays(options.Value.TrashDays);

    /// <summary>What was deleted last comes first.</summary>
    public async Task<Page<TrashItem>> ListAsync(Actor actor, Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        var role = await RequireMemberAsync(actor, workspaceId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var most = page.Skip + page.Take + 1;
        var datasets = await Datasets(db, Trashed(db, workspaceId).OrderByDescending(d => d.DeletedAt).ThenBy(d => d.Id).Take(most)).ToListAsync(cancellationToken);
        var versions = await Versions(db, TrashedVersions(db, workspaceId).OrderByDescending(v => v.DeletedAt).ThenBy(v => v.Id).Take(most)).ToListAsync(cancellationToken);
        var rows = datasets.Concat(versions).OrderByDescending(i => i.DeletedAt).ThenBy(i => i.Id).Skip(page.Skip).Take(page.Take + 1)
            .Select(i => i with { EndsAt = i.DeletedAt + Lifetime, MayRestore = role >= WorkspaceRole.Editor, MayPurge = MayPurge(actor, role, i.CreatedBy) }).ToList();
        return page.ToPage(rows);
    }

    /// <summary>What goes with it, so that it can be said before.</summary>
    public async Task<TrashConsequences> ConsequencesAsync(Actor actor, Guid workspaceId, Guid itemId, CancellationToken cancellationToken)
    {
        await RequireMemberAsync(actor, workspaceId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (_, versions) = await FindAsync(db, workspaceId, itemId, cancellationToken);
        var ids = versions.Select(v => v.Id).ToHashSet();
        var made = versions.Count == 0 ? [] : (await UsesAsync(db, versions[0].DatasetId, cancellationToken)).Where(u => ids.Contains(u.VersionId)).ToList();
        return new(versions.Count, BytesOf(versions), made.Count(u => u.Kind == VersionUseKind.Run), made.Count(u => u.Kind == VersionUseKind.Model));
    }

    /// <summary>Brings it back.</summary>
    /// <param name="name">Another name for a dataset, when its own is taken meanwhile.</param>
    /// <returns>The dataset that has it again.</returns>
    /// <exception cref="HubException"><c>NAME_TAKEN</c>: ask for another name. <c>DATASET_DELETED</c>: bring its dataset back first.</exception>
    public async Task<Guid> RestoreAsync(Actor actor, Guid workspaceId, Guid itemId, string? name, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (dataset, versions) = await FindAsync(db, workspaceId, itemId, cancellationToken);
        if (dataset.Id == itemId)
        {
            dataset.Undelete(name, Now);
            db.Audit(actor, workspaceId, "dataset.undelete", dataset.Id, dataset.Name, Now);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (HubException taken) when (taken.Refusal == Refusal.Conflict)
            {
                throw HubException.Conflict($"There is another dataset called {dataset.Name} by now. Give this one another name.", "NAME_TAKEN");
            }
        }
        else
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await DatasetVersionService.LockAsync(db, dataset.Id, cancellationToken);
            versions[0].Undelete();
            db.Audit(actor, workspaceId, "version.undelete", dataset.Id, $"{dataset.Name} v{versions[0].Number}", Now);
            await db.SaveChangesAsync(cancellationToken);
            await DatasetVersionService.SetLatestAsync(db, dataset.Id, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        news.Publish(Topic.Dataset(dataset.Id), Topic.Workspace(workspaceId));
        return dataset.Id;
    }

    /// <summary>Deletes it for ever. Managers may, and whoever made it.</summary>
    /// <exception cref="HubException"><c>VERSION_IN_USE</c> while a run reads it.</exception>
    public async Task PurgeAsync(Actor actor, Guid workspaceId, Guid itemId, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (dataset, versions) = await FindAsync(db, workspaceId, itemId, cancellationToken);
        if (!MayPurge(actor, role, dataset.Id == itemId ? dataset.CreatedBy : versions[0].CreatedBy))
        {
            throw new HubException(Refusal.Forbidden, "Only a manager of the workspace or whoever made it may delete this for ever.");
        }

        await PurgeAsync(db, actor, dataset, versions, dataset.Id == itemId, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(workspaceId));
    }

    /// <summary>Deletes everything in the trash for ever; what a run is reading stays.</summary>
    /// <returns>How many things went.</returns>
    public async Task<int> EmptyAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = await Trashed(db, workspaceId).Select(d => d.Id).Concat(TrashedVersions(db, workspaceId).Select(v => v.Id)).ToListAsync(cancellationToken);
        return await PurgeAllAsync(db, actor, ids, cancellationToken);
    }

    /// <summary>Housekeeping: what has been in the trash too long is deleted for ever, and what was an hour ago lets go of its bytes.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ended = Now - Lifetime;
        var old = await db.Set<Dataset>().Where(d => d.DeletedAt < ended && d.PurgedAt == null).Select(d => d.Id)
            .Concat(LoneVersions(db).Where(v => v.DeletedAt < ended).Select(v => v.Id)).OrderBy(id => id).Take(1000).ToListAsync(cancellationToken);
        var purged = await PurgeAllAsync(db, Actor.System, old, cancellationToken);

        var letGo = Now - LettingGo;
        await db.Set<Dataset>().Where(d => d.PurgedAt < letGo).ExecuteDeleteAsync(cancellationToken);
        foreach (var version in await db.Set<DatasetVersion>().IgnoreQueryFilters()
            .Where(v => v.PurgedAt < letGo && (v.ContentHash != null || v.OriginalHash != null)).OrderBy(v => v.Id).Take(1000).ToListAsync(cancellationToken))
        {
            version.Forget();
            await db.Set<DatasetProfile>().Where(p => p.VersionId == version.Id).ExecuteDeleteAsync(cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        return purged;
    }

    /// <summary>The trash of a public workspace is not public.</summary>
    private async Task<WorkspaceRole> RequireMemberAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        return await access.IsMemberAsync(actor, workspaceId, cancellationToken) ? role : throw HubException.NotFound("workspace");
    }

    private static bool MayPurge(Actor actor, WorkspaceRole role, Guid createdBy) =>
        role >= WorkspaceRole.Manager || (role >= WorkspaceRole.Editor && createdBy == actor.UserId);

    private async Task<int> PurgeAllAsync(HubDbContext db, Actor actor, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var id in ids)
        {
            try
            {
                var (dataset, versions) = await FindAsync(db, null, id, cancellationToken);
                await PurgeAsync(db, actor, dataset, versions, dataset.Id == id, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                news.Publish(Topic.Workspace(dataset.WorkspaceId));
                count++;
            }
            catch (HubException skipped) when (skipped.Code == "VERSION_IN_USE" || skipped.Refusal == Refusal.NotFound)
            {
                // Busy: the next round finds it again. Gone: somebody brought it back or was faster.
            }
        }

        return count;
    }

    private async Task PurgeAsync(HubDbContext db, Actor actor, Dataset dataset, List<DatasetVersion> versions, bool isDataset, CancellationToken cancellationToken)
    {
        var ids = versions.Select(v => v.Id).ToHashSet();
        if ((await UsesAsync(db, dataset.Id, cancellationToken)).FirstOrDefault(u => u.IsActive && ids.Contains(u.VersionId)) is { } active)
        {
            throw HubException.Conflict($"The run {active.Name} is reading it. Wait for it to end, or cancel it.", "VERSION_IN_USE");
        }

        if (isDataset)
        {
            dataset.Purge(Now);
            db.Audit(actor, dataset.WorkspaceId, "dataset.purge", dataset.Id, dataset.Name, Now);
        }
        else
        {
            versions[0].Purge(Now);
            db.Audit(actor, dataset.WorkspaceId, "version.purge", dataset.Id, $"{dataset.Name} v{versions[0].Number}", Now);
        }
    }

    /// <summary>A deleted dataset with all its versions, or a living one with the deleted version.</summary>
    private static async Task<(Dataset Dataset, List<DatasetVersion> Versions)> FindAsync(HubDbContext db, Guid? workspaceId, Guid itemId, CancellationToken cancellationToken)
    {
        var versions = db.Set<DatasetVersion>().IgnoreQueryFilters();
        if (await db.Set<Dataset>().SingleOrDefaultAsync(d => d.Id == itemId && d.DeletedAt != null && d.PurgedAt == null, cancellationToken) is { } dataset && IsHere(dataset))
        {
            return (dataset, await versions.Where(v => v.DatasetId == itemId && v.PurgedAt == null).ToListAsync(cancellationToken));
        }

        var version = await versions.SingleOrDefaultAsync(v => v.Id == itemId && v.DeletedAt != null && v.PurgedAt == null, cancellationToken) ?? throw Gone();
        var owner = await db.Set<Dataset>().SingleAsync(d => d.Id == version.DatasetId, cancellationToken);
        return IsHere(owner) && owner.DeletedAt is null ? (owner, [version]) : throw Gone();

        bool IsHere(Dataset found) => workspaceId is null || found.WorkspaceId == workspaceId;

        static HubException Gone() => HubException.NotFound("thing in the trash");
    }

    private async Task<List<VersionUse>> UsesAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken)
    {
        List<VersionUse> found = [];
        foreach (var source in uses)
        {
            found.AddRange(await source.FindAsync(db, datasetId, cancellationToken));
        }

        return found;
    }

    private static long BytesOf(List<DatasetVersion> versions) =>
        versions.Where(v => v.ContentHash is not null).DistinctBy(v => v.ContentHash).Sum(v => v.SizeBytes)
        + versions.Where(v => v.OriginalHash is not null).DistinctBy(v => v.OriginalHash).Sum(v => v.OriginalBytes);

    private static IQueryable<Dataset> Trashed(HubDbContext db, Guid workspaceId) =>
        db.Set<Dataset>().Where(d => d.WorkspaceId == workspaceId && d.DeletedAt != null && d.PurgedAt == null);

    private static IQueryable<DatasetVersion> TrashedVersions(HubDbContext db, Guid workspaceId) =>
        LoneVersions(db).Where(v => db.Set<Dataset>().Any(d => d.Id == v.DatasetId && d.WorkspaceId == workspaceId));

    /// <summary>In the trash alone. Those of a dataset in the trash go and come back with it.</summary>
    private static IQueryable<DatasetVersion> LoneVersions(HubDbContext db) =>
        db.Set<DatasetVersion>().IgnoreQueryFilters().Where(v => v.DeletedAt != null && v.PurgedAt == null && db.Set<Dataset>().Any(d => d.Id == v.DatasetId && d.DeletedAt == null));

    private static IQueryable<TrashItem> Datasets(HubDbContext db, IQueryable<Dataset> datasets) =>
        datasets.Select(d => new TrashItem(d.Id, TrashKind.Dataset, d.Id, d.Name)
        {
            DeletedAt = d.DeletedAt!.Value,
            DeletedByName = db.Set<HubUser>().Where(u => u.Id == d.DeletedBy).Select(u => u.DisplayName).FirstOrDefault(),
            CreatedBy = d.CreatedBy,
            Versions = db.Set<DatasetVersion>().Count(v => v.DatasetId == d.Id),
            RowCount = db.Set<DatasetVersion>().Where(v => v.DatasetId == d.Id && v.Number == d.LatestVersion).Select(v => (long?)v.RowCount).FirstOrDefault(),
            // The same content in several versions counts once.
            Bytes = db.Set<DatasetVersion>().Where(v => v.DatasetId == d.Id && v.ContentHash != null).Select(v => new { v.ContentHash, v.SizeBytes }).Distinct().Sum(v => v.SizeBytes)
                + db.Set<DatasetVersion>().Where(v => v.DatasetId == d.Id && v.OriginalHash != null).Select(v => new { v.OriginalHash, v.OriginalBytes }).Distinct().Sum(v => v.OriginalBytes),
        });

    private static IQueryable<TrashItem> Versions(HubDbContext db, IQueryable<DatasetVersion> versions) =>
        versions.Select(v => new TrashItem(v.Id, TrashKind.Version, v.DatasetId, db.Set<Dataset>().Where(d => d.Id == v.DatasetId).Select(d => d.Name).First())
        {
            Number = v.Number,
            DeletedAt = v.DeletedAt!.Value,
            DeletedByName = db.Set<HubUser>().Where(u => u.Id == v.DeletedBy).Select(u => u.DisplayName).FirstOrDefault(),
            CreatedBy = v.CreatedBy,
            Versions = 1,
            RowCount = v.RowCount,
            Bytes = v.SizeBytes + v.OriginalBytes,
        });
}
