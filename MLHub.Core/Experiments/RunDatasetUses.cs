using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Experiments;

/// <summary>Runs that learned from a dataset.</summary>
internal sealed class RunDatasetUses : IDatasetUses
{
    public (string One, string Many) Words => ("run", "runs");

    public async Task<IReadOnlyDictionary<Guid, int>> CountAsync(HubDbContext db, IReadOnlyList<Guid> datasetIds, CancellationToken cancellationToken)
    {
        var ids = datasetIds.Select(i => (Guid?)i).ToList();
        return await db.Set<Run>().Where(r => r.DeletedAt == null && (r.ParentRunId == null || r.Source != RunSource.Mlhub) && ids.Contains(r.DatasetId)).GroupBy(r => (Guid?)r.DatasetId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key!.Value, g => g.Count, cancellationToken);
    }
}
