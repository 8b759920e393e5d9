using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>How many bytes a feature stores for somebody; what is in the trash counts, because it is still there.</summary>
public interface IStorageUse
{
    Task<long> OfUserAsync(HubDbContext db, Guid userId, CancellationToken cancellationToken);

    Task<long> OfWorkspaceAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken);
}
