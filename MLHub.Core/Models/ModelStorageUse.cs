using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Models;

/// <summary>Saved models.</summary>
internal sealed class ModelStorageUse : IStorageUse
{
    public Task<long> OfUserAsync(HubDbContext db, Guid userId, CancellationToken cancellationToken) =>
        db.Set<ModelVersion>().Where(v => v.CreatedBy == userId).SumAsync(v => v.SizeBytes, cancellationToken);

    public Task<long> OfWorkspaceAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken) =>
        db.Set<ModelVersion>().Where(v => db.Set<RegisteredModel>().Any(m => m.Id == v.ModelId && m.WorkspaceId == workspaceId)).SumAsync(v => v.SizeBytes, cancellationToken);
}
