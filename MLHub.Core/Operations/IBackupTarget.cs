using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>Where a backup is written to.</summary>
internal interface IBackupTarget : IAsyncDisposable
{
    /// <summary>How many blobs may be written at once.</summary>
    int Lanes { get; }

    bool Has(BlobRef blob);

    /// <summary>Writes and forces to the disk.</summary>
    /// <returns>What was written, read off the bytes themselves.</returns>
    Task<BlobRef> WriteAsync(string name, Stream content, long length, CancellationToken cancellationToken);

    /// <summary>Takes back what turned out to be wrong, where that can be done.</summary>
    void Discard(string name);
}
