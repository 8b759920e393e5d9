namespace MLHub.Core.Storage;

/// <summary>
/// Bytes under their SHA-256. Written once, never changed; writing the same content twice is harmless and keeps one copy.
/// When a method that writes has returned, the bytes survive a power cut. Nothing here knows users or rights.
/// </summary>
public interface IBlobStore
{
    /// <summary>Streams the content in; memory does not grow with its length.</summary>
    /// <exception cref="Common.HubException"><c>STORAGE_FULL</c> when the disk or bucket has no room.</exception>
    Task<BlobRef> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Stores a local file. The file may be moved away: the caller must not use it afterwards.</summary>
    Task<BlobRef> PutFileAsync(string path, CancellationToken cancellationToken);

    /// <summary>Opens the content for reading from any offset (the stream can seek).</summary>
    /// <exception cref="FileNotFoundException">No such blob.</exception>
    Task<Stream> OpenAsync(BlobHash hash, CancellationToken cancellationToken);

    /// <summary>
    /// The content as a local read-only file, for engines that need a path. Local stores give the blob itself, remote ones a
    /// verified copy in a bounded cache that stays valid until the lease is disposed.
    /// </summary>
    /// <exception cref="FileNotFoundException">No such blob.</exception>
    Task<BlobFile> FetchAsync(BlobHash hash, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(BlobHash hash, CancellationToken cancellationToken);

    /// <summary>
    /// Used by garbage collection only. Spares a blob that somebody stored, or stored again, since then or is storing at this moment.
    /// A missing blob is not an error.
    /// </summary>
    /// <returns>Whether the blob is gone.</returns>
    Task<bool> DeleteAsync(BlobHash hash, DateTime storedBefore, CancellationToken cancellationToken);

    IAsyncEnumerable<StoredBlob> ListAsync(CancellationToken cancellationToken);
}

public sealed record StoredBlob(BlobHash Hash, long Length, DateTime StoredAt);

/// <summary>A blob as a local file; dispose it when the path is no longer needed.</summary>
public sealed class BlobFile(string path, Action? release = null) : IDisposable
{
    private Action? _release = release;

    public string Path { get; } = path;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
