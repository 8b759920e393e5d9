using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;

namespace MLHub.Core.Models;

/// <summary>Models of which a version was learned from a dataset.</summary>
internal sealed class ModelDatasetUses : IDatasetUses
{
    public (string One, string Many) Words => ("model", "models");

    public async Task<IReadOnlyDictionary<Guid, int>> CountAsync(HubDbContext db, IReadOnlyList<Guid> datasetIds, CancellationToken cancellationToken)
    {
        var ids = datasetIds.Select(i => (Guid?)i).ToList();
        var pairs = await (
            from version in db.Set<ModelVersion>()
            join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
            join run in db.Set<Run>() on version.RunId equals run.Id
            where model.DeletedAt == null && ids.Contains(run.DatasetId)
            select new { DatasetId = (Guid?)run.DatasetId, model.Id }).Distinct().ToListAsync(cancellationToken);
        return pairs.GroupBy(p => p.DatasetId!.Value).ToDictionary(g => g.Key, g => g.Count());
    }
}
