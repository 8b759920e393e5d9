using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;

namespace MLHub.Core.Models;

/// <summary>Model versions that were learned from a version of a dataset.</summary>
internal sealed class ModelVersionUses : IVersionUses
{
    private const int Most = 2000;

    public async Task<IReadOnlyList<VersionUse>> FindAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken)
    {
        var models = await (
            from version in db.Set<ModelVersion>()
            join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
            join run in db.Set<Run>() on version.RunId equals run.Id
            where run.DatasetId == datasetId && model.DeletedAt == null
            orderby version.Id descending
            select new { ModelId = model.Id, model.Name, version.Number, VersionId = (Guid?)run.DatasetVersionId }).Take(Most).ToListAsync(cancellationToken);
        var ids = models.Select(m => m.ModelId).Distinct().ToList();
        var aliases = await db.Set<ModelAlias>().Where(a => ids.Contains(a.ModelId)).ToListAsync(cancellationToken);
        return [.. models.Where(m => m.VersionId is not null).Select(m => new VersionUse(m.VersionId!.Value, VersionUseKind.Model, m.ModelId, $"{m.Name} v{m.Number}")
        {
            Aliases = [.. aliases.Where(a => a.ModelId == m.ModelId && a.Version == m.Number).Select(a => a.Alias).Order(StringComparer.Ordinal)],
        })];
    }
}
