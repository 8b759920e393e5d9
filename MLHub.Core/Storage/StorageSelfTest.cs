using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>Refuses to start on a storage that would lose or change bytes.</summary>
public sealed class StorageSelfTest(IOptions<HubOptions> hub, StagingFolder staging, IBlobStore blobs) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (blobs is S3BlobStore s3)
        {
            await s3.TestAsync(cancellationToken);
            return;
        }

        var folder = Directory.CreateDirectory(hub.Value.PathOf("blobs")).FullName;
        var probe = staging.PathOf(Guid.CreateVersion7());
        var target = Path.Combine(folder, Path.GetFileName(probe));
        try
        {
            await File.WriteAllTextAsync(probe, "probe", cancellationToken);
            // Fails when the two lie on different file systems, where "becoming a blob" would be a copy that a crash cuts in half.
            Posix.Rename(probe, target);
            Posix.SyncDirectory(folder);
        }
        catch (IOException failed)
        {
            throw new InvalidOperationException($"MLHub:DataPath {hub.Value.ResolvedDataPath} cannot hold blobs: {failed.Message}", failed);
        }
        finally
        {
            File.Delete(probe);
            File.Delete(target);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
