using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Models;

/// <summary>
/// Both ends of predictions for whole tables: rows that were predicted, and datasets that hold predictions. Names of another workspace are
/// not told: whoever reads one end may be a stranger at the other.
/// </summary>
internal sealed class BatchVersionUses : IVersionUses
{
    private const int Most = 500;

    public async Task<IReadOnlyList<VersionUse>> FindAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken)
    {
        var asked = await (
            from batch in db.Set<BatchPrediction>()
            join result in db.Set<Dataset>() on batch.ResultDatasetId equals result.Id
            join version in db.Set<DatasetVersion>() on new { DatasetId = batch.ResultDatasetId, JobId = (Guid?)batch.JobId } equals new { version.DatasetId, version.JobId }
            where batch.SourceDatasetId == datasetId && result.DeletedAt == null && db.Set<Dataset>().Any(d => d.Id == datasetId && d.WorkspaceId == result.WorkspaceId)
            orderby batch.CreatedAt descending
            select new { batch.SourceVersionId, result.Id, result.Name, version.Number, version.State }).Take(Most).ToListAsync(cancellationToken);
        var answered = await (
            from batch in db.Set<BatchPrediction>()
            join model in db.Set<RegisteredModel>() on batch.ModelId equals model.Id
            join version in db.Set<DatasetVersion>() on new { DatasetId = batch.ResultDatasetId, JobId = (Guid?)batch.JobId } equals new { version.DatasetId, version.JobId }
            where batch.ResultDatasetId == datasetId && model.DeletedAt == null && db.Set<Dataset>().Any(d => d.Id == datasetId && d.WorkspaceId == model.WorkspaceId)
            orderby batch.CreatedAt descending
            select new { version.Id, ModelId = model.Id, model.Name, batch.ModelVersion }).Take(Most).ToListAsync(cancellationToken);
        var read = await (
            from batch in db.Set<BatchPrediction>()
            join source in db.Set<Dataset>() on batch.SourceDatasetId equals source.Id
            join version in db.Set<DatasetVersion>() on new { DatasetId = batch.ResultDatasetId, JobId = (Guid?)batch.JobId } equals new { version.DatasetId, version.JobId }
            where batch.ResultDatasetId == datasetId && source.DeletedAt == null && db.Set<DatasetVersion>().Any(v => v.Id == batch.SourceVersionId)
                && db.Set<Dataset>().Any(d => d.Id == datasetId && d.WorkspaceId == source.WorkspaceId)
            orderby batch.CreatedAt descending
            select new { version.Id, DatasetId = source.Id, source.Name, batch.SourceVersion }).Take(Most).ToListAsync(cancellationToken);
        return
        [
            .. read.Select(r => new VersionUse(r.Id, VersionUseKind.Source, r.DatasetId, r.Name) { Version = r.SourceVersion }),
            .. answered.Select(a => new VersionUse(a.Id, VersionUseKind.PredictedBy, a.ModelId, $"{a.Name} v{a.ModelVersion}")),
            .. asked.Select(a => new VersionUse(a.SourceVersionId, VersionUseKind.Predictions, a.Id, a.Name) { Version = a.Number, IsActive = a.State == DatasetVersionState.Importing }),
        ];
    }
}
