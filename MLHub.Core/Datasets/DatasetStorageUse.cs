using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Rows, uploaded files and unfinished uploads. The same content in several versions counts once.</summary>
internal sealed class DatasetStorageUse : IStorageUse
{
    public async Task<long> OfUserAsync(HubDbContext db, Guid userId, CancellationToken cancellationToken) =>
        await SumAsync(db.Set<DatasetVersion>().IgnoreQueryFilters().Where(v => v.CreatedBy == userId), cancellationToken)
        + await db.Set<Upload>().Where(u => u.UserId == userId && u.VersionId == null).SumAsync(u => u.Offset, cancellationToken);

    public async Task<long> OfWorkspaceAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken) =>
        await SumAsync(
            db.Set<DatasetVersion>().IgnoreQueryFilters().Where(v => db.Set<Dataset>().Any(d => d.Id == v.DatasetId && d.WorkspaceId == workspaceId)), cancellationToken)
        + await db.Set<Upload>().Where(u => u.WorkspaceId == workspaceId && u.VersionId == null).SumAsync(u => u.Offset, cancellationToken);

    private static async Task<long> SumAsync(IQueryable<DatasetVersion> versions, CancellationToken cancellationToken) =>
        await versions.Where(v => v.ContentHash != null).Select(v => new { v.ContentHash, v.SizeBytes }).Distinct().SumAsync(v => v.SizeBytes, cancellationToken)
        + await versions.Where(v => v.OriginalHash != null).Select(v => new { v.OriginalHash, v.OriginalBytes }).Distinct().SumAsync(v => v.OriginalBytes, cancellationToken);
}
