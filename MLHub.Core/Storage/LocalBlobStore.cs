using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>Blobs as read-only files under <c>blobs/sha256/ab/cd</c>: written beside, forced to the disk, renamed into place.</summary>
public sealed class LocalBlobStore(IOptions<HubOptions> hub, StagingFolder staging, TimeProvider time) : IBlobStore
{
    private readonly string _root = hub.Value.PathOf("blobs");
    private readonly BlobTraffic _traffic = new();

    public async Task<BlobRef> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var (path, blob) = await staging.WriteAsync(content, cancellationToken);
        return await AdoptAsync(path, blob);
    }

    public async Task<BlobRef> PutFileAsync(string path, CancellationToken cancellationToken)
    {
        // A job's output may come from another file system, and may still be open somewhere: only a copy is surely ours.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) != staging.Root)
        {
            await using (var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan))
            {
                var stored = await PutAsync(source, cancellationToken);
                File.Delete(path);
                return stored;
            }
        }

        return await AdoptAsync(path, await StagingFolder.SealAsync(path, cancellationToken));
    }

    public Task<Stream> OpenAsync(BlobHash hash, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new FileStream(Existing(hash), FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous));

    public Task<BlobFile> FetchAsync(BlobHash hash, CancellationToken cancellationToken) => Task.FromResult(new BlobFile(Existing(hash)));

    public Task<bool> ExistsAsync(BlobHash hash, CancellationToken cancellationToken) => Task.FromResult(File.Exists(BlobPath.File(_root, hash)));

    public Task<bool> DeleteAsync(BlobHash hash, DateTime storedBefore, CancellationToken cancellationToken)
    {
        using var pass = _traffic.TryRemove(hash);
        var file = new FileInfo(BlobPath.File(_root, hash));
        if (pass is null || (file.Exists && file.LastWriteTimeUtc >= storedBefore))
        {
            return Task.FromResult(false);
        }

        if (file.Exists)
        {
            file.Delete();
            Posix.SyncDirectory(file.DirectoryName!);
        }

        return Task.FromResult(true);
    }

    public async IAsyncEnumerable<StoredBlob> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(Path.Combine(_root, "sha256"));
        if (!folder.Exists)
        {
            yield break;
        }

        foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (BlobHash.TryParse(file.Name, out var hash))
            {
                yield return new(hash, file.Length, file.LastWriteTimeUtc);
            }
        }

        await Task.CompletedTask;
    }

    private string Existing(BlobHash hash)
    {
        var path = BlobPath.File(_root, hash);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no blob {hash}.", path);
    }

    /// <summary>Gives a sealed staging file its final name. Whoever comes second with the same content only dates the first one anew.</summary>
    private async Task<BlobRef> AdoptAsync(string path, BlobRef blob)
    {
        using var pass = await _traffic.StoreAsync(blob.Hash);
        var target = BlobPath.File(_root, blob.Hash);
        try
        {
            if (new FileInfo(target) is { Exists: true } existing && existing.Length == blob.Length)
            {
                // Garbage collection spares young blobs: this one is wanted again.
                File.SetLastWriteTimeUtc(target, time.GetUtcNow().UtcDateTime);
                File.Delete(path);
                return blob;
            }

            // An upload may have waited for days before it became a blob.
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            var folder = Path.GetDirectoryName(target)!;
            CreateDurably(folder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            }

            Posix.Rename(path, target);
            Posix.SyncDirectory(folder);
            return blob;
        }
        catch (IOException full) when (full.IsDiskFull())
        {
            File.Delete(path);
            throw StorageSpace.Full();
        }
    }

    private static void CreateDurably(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        CreateDurably(parent);
        Directory.CreateDirectory(folder);
        Posix.SyncDirectory(parent);
    }
}
