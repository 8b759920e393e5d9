using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Experiments;

/// <summary>Files of runs.</summary>
internal sealed class ArtifactStorageUse : IStorageUse
{
    public Task<long> OfUserAsync(HubDbContext db, Guid userId, CancellationToken cancellationToken) =>
        db.Set<RunArtifact>().Where(a => a.CreatedBy == userId).SumAsync(a => a.Length, cancellationToken);

    public Task<long> OfWorkspaceAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken) =>
        db.Set<RunArtifact>().Where(a => db.Set<Run>().Any(r => r.Id == a.RunId && r.WorkspaceId == workspaceId)).SumAsync(a => a.Length, cancellationToken);
}
