using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Storage;

namespace MLHub.Core.Usage;

/// <summary>How much of the server a person uses.</summary>
/// <param name="StorageBytes">Their dataset versions, uploads and models as stored; what is in the trash is still there.</param>
/// <param name="QuotaBytes"><c>null</c>: there is no limit.</param>
public sealed record AccountUsage(int Datasets, int Models, int Runs, long StorageBytes, long? QuotaBytes);

/// <summary>Counts over all features; stands above them.</summary>
public sealed class UsageService(IDbContextFactory<HubDbContext> contexts, StorageQuota quota)
{
    public async Task<AccountUsage> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var datasets = db.Set<Dataset>().Where(d => d.CreatedBy == actor.UserId && d.DeletedAt == null);
        var models = db.Set<RegisteredModel>().Where(m => m.CreatedBy == actor.UserId && m.DeletedAt == null);
        return new(
            await datasets.CountAsync(cancellationToken),
            await models.CountAsync(cancellationToken),
            await db.Set<Run>().CountAsync(r => r.CreatedBy == actor.UserId && r.DeletedAt == null, cancellationToken),
            await quota.UsedByUserAsync(actor.UserId, cancellationToken),
            quota.UserBytes);
    }
}
