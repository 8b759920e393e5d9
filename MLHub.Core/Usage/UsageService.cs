using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;

namespace MLHub.Core.Usage;

/// <summary>How much of the server a person uses.</summary>
/// <param name="StorageBytes">Their dataset versions, models and artifacts as stored, before identical content is counted once.</param>
/// <param name="QuotaBytes"><c>null</c>: there is no limit.</param>
public sealed record AccountUsage(int Datasets, int Models, int Runs, long StorageBytes, long? QuotaBytes);

/// <summary>Counts over all features; stands above them.</summary>
public sealed class UsageService(IDbContextFactory<HubDbContext> contexts)
{
    public async Task<AccountUsage> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var datasets = db.Set<Dataset>().Where(d => d.CreatedBy == actor.UserId && d.DeletedAt == null);
        var models = db.Set<RegisteredModel>().Where(m => m.CreatedBy == actor.UserId && m.DeletedAt == null);
        var versions = db.Set<DatasetVersion>().Where(v => datasets.Any(d => d.Id == v.DatasetId));
        var modelVersions = db.Set<ModelVersion>().Where(v => models.Any(m => m.Id == v.ModelId));
        var bytes = await versions.SumAsync(v => v.SizeBytes + v.OriginalBytes, cancellationToken) + await modelVersions.SumAsync(v => v.SizeBytes, cancellationToken)
            + await db.Set<RunArtifact>().Where(a => a.CreatedBy == actor.UserId).SumAsync(a => a.Length, cancellationToken);
        return new(
            await datasets.CountAsync(cancellationToken),
            await models.CountAsync(cancellationToken),
            await db.Set<Run>().CountAsync(r => r.CreatedBy == actor.UserId && r.DeletedAt == null, cancellationToken),
            bytes,
            null);
    }
}
