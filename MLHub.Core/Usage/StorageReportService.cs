using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Usage;

/// <summary>What fills the storage of a workspace. The same bytes count once, however often they are named.</summary>
/// <param name="RowBytes">Tables as MLHub stores them.</param>
/// <param name="OriginalBytes">Files as they were uploaded.</param>
/// <param name="ModelBytes">Models that runs made.</param>
/// <param name="TrashBytes">What only the trash still names: this much emptying it frees.</param>
/// <param name="LimitBytes"><c>null</c>: there is no limit.</param>
/// <param name="Server">The whole server at the last collection, for its administrators.</param>
public sealed record StorageReport(long RowBytes, long OriginalBytes, long ModelBytes, long TrashBytes, int TrashItems, long UsedBytes, long? LimitBytes, BlobCensus? Server);

/// <summary>Storage by what it is used for; for managers.</summary>
public sealed class StorageReportService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, StorageQuota quota, BlobCollector collector)
{
    public async Task<StorageReport> GetAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var versions = await (
            from version in db.Set<DatasetVersion>().IgnoreQueryFilters()
            join dataset in db.Set<Dataset>() on version.DatasetId equals dataset.Id
            where dataset.WorkspaceId == workspaceId && version.ContentHash != null || dataset.WorkspaceId == workspaceId && version.OriginalHash != null
            select new
            {
                version.ContentHash,
                version.SizeBytes,
                version.OriginalHash,
                version.OriginalBytes,
                IsTrash = dataset.DeletedAt != null || version.DeletedAt != null,
            }).ToListAsync(cancellationToken);
        var runs = await db.Set<Run>().Where(r => r.WorkspaceId == workspaceId).Select(r => new { Content = (BlobHash?)r.ContentHash, r.ModelHash, r.ModelBytes }).ToListAsync(cancellationToken);

        var live = versions.Where(v => !v.IsTrash).ToList();
        var named = live.Select(v => v.ContentHash).Concat(live.Select(v => v.OriginalHash)).Concat(runs.Select(r => r.Content)).OfType<BlobHash>().ToHashSet();
        var trash = versions.Where(v => v.IsTrash).SelectMany(v => new (BlobHash? Hash, long Bytes)[] { (v.ContentHash, v.SizeBytes), (v.OriginalHash, v.OriginalBytes) });
        return new(
            live.Where(v => v.ContentHash is not null).DistinctBy(v => v.ContentHash).Sum(v => v.SizeBytes),
            live.Where(v => v.OriginalHash is not null).DistinctBy(v => v.OriginalHash).Sum(v => v.OriginalBytes),
            runs.Where(r => r.ModelHash is not null).DistinctBy(r => r.ModelHash).Sum(r => r.ModelBytes ?? 0),
            trash.Where(t => t.Hash is { } hash && !named.Contains(hash)).DistinctBy(t => t.Hash).Sum(t => t.Bytes),
            await db.Set<Dataset>().CountAsync(d => d.WorkspaceId == workspaceId && d.DeletedAt != null && d.PurgedAt == null, cancellationToken)
                + await db.Set<DatasetVersion>().IgnoreQueryFilters().CountAsync(
                    v => v.DeletedAt != null && v.PurgedAt == null && db.Set<Dataset>().Any(d => d.Id == v.DatasetId && d.WorkspaceId == workspaceId && d.DeletedAt == null), cancellationToken),
            await quota.UsedByWorkspaceAsync(workspaceId, cancellationToken),
            quota.WorkspaceBytes,
            actor.IsAdministrator ? collector.Last : null);
    }
}
