using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>Refuses writes before the disk is full, because a full disk also stops the database.</summary>
public sealed class StorageSpace(IOptions<HubOptions> hub, IOptions<StorageOptions> options)
{
    private readonly string _root = hub.Value.ResolvedDataPath;

    /// <exception cref="HubException"><c>STORAGE_FULL</c>.</exception>
    public void Require(long bytes)
    {
        Directory.CreateDirectory(_root);
        if (new DriveInfo(_root).AvailableFreeSpace - bytes < options.Value.MinFreeMegabytes * 1024L * 1024)
        {
            throw Full();
        }
    }

    public static HubException Full() =>
        new(Refusal.StorageFull, "The server's storage is full. Delete what is no longer needed, or ask its administrator for more room.", "STORAGE_FULL");
}
