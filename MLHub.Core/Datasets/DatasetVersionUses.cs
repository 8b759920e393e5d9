using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>
/// Both ends of what was computed from the rows of one dataset into another. Names of another workspace are not told: whoever reads one end
/// may be a stranger at the other.
/// </summary>
internal sealed class DatasetVersionUses : IVersionUses
{
    private const int Most = 500;

    public async Task<IReadOnlyList<VersionUse>> FindAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken)
    {
        var links =
            from link in db.Set<VersionSource>().AsNoTracking()
            join made in db.Set<DatasetVersion>() on link.VersionId equals made.Id
            join source in db.Set<DatasetVersion>() on link.SourceVersionId equals source.Id
            join result in db.Set<Dataset>() on made.DatasetId equals result.Id
            join origin in db.Set<Dataset>() on source.DatasetId equals origin.Id
            where result.DeletedAt == null && origin.DeletedAt == null && result.WorkspaceId == origin.WorkspaceId
            select new { Made = made, Source = source, Result = result, Origin = origin };
        var sources = await links.Where(l => l.Result.Id == datasetId).OrderByDescending(l => l.Made.Number).ThenByDescending(l => l.Source.Number)
            .Select(l => new { l.Made.Id, DatasetId = l.Origin.Id, l.Origin.Name, l.Source.Number }).Take(Most).ToListAsync(cancellationToken);
        var results = await links.Where(l => l.Origin.Id == datasetId).OrderByDescending(l => l.Made.CreatedAt).ThenByDescending(l => l.Made.Id)
            .Select(l => new { l.Source.Id, DatasetId = l.Result.Id, l.Result.Name, l.Made.Number, l.Made.State }).Take(Most).ToListAsync(cancellationToken);
        return
        [
            .. sources.Select(s => new VersionUse(s.Id, VersionUseKind.Source, s.DatasetId, s.Name) { Version = s.Number }),
            .. results.Select(r => new VersionUse(r.Id, VersionUseKind.Dataset, r.DatasetId, r.Name) { Version = r.Number, IsActive = r.State == DatasetVersionState.Importing }),
        ];
    }
}
