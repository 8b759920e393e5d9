using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Experiments;

/// <summary>Runs that learned from a version, or do so now.</summary>
internal sealed class RunVersionUses : IVersionUses
{
    private const int Most = 2000;

    public async Task<IReadOnlyList<VersionUse>> FindAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken)
    {
        var runs = await db.Set<Run>().Where(r => r.DatasetId == datasetId && r.DeletedAt == null && (r.ParentRunId == null || r.Source != RunSource.Mlhub)).OrderByDescending(r => r.Id).Take(Most)
            .Select(r => new { r.Id, r.Name, r.State, VersionId = (Guid?)r.DatasetVersionId }).ToListAsync(cancellationToken);
        return [.. runs.Where(r => r.VersionId is not null).Select(r =>
            new VersionUse(r.VersionId!.Value, VersionUseKind.Run, r.Id, r.Name) { IsActive = r.State is RunState.Queued or RunState.Running })];
    }
}
