using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>
/// Local copies of remote blobs, bounded in size. A copy is compared with its hash before its first use in this process, and again
/// when its file changed since. The least recently used copies go first; those that somebody holds stay.
/// </summary>
public sealed class BlobCache(string root, long limit)
{
    private readonly string _root = root;
    private readonly long _limit = limit;
    private readonly Lock _gate = new();
    private readonly Dictionary<BlobHash, Entry> _entries = [];
    private bool _loaded;
    private long _clock;

    public BlobCache(IOptions<HubOptions> hub, IOptions<StorageOptions> options)
        : this(hub.Value.PathOf("cache/blobs"), options.Value.S3.CacheMegabytes * 1024L * 1024)
    {
    }

    public async Task<BlobFile> GetAsync(BlobHash hash, Func<string, Task> download, CancellationToken cancellationToken)
    {
        var entry = Hold(hash);
        try
        {
            await entry.Loading.WaitAsync(cancellationToken);
            try
            {
                if (!await IsIntactAsync(hash, entry, cancellationToken))
                {
                    await FillAsync(hash, entry, download, cancellationToken);
                }
            }
            finally
            {
                entry.Loading.Release();
            }
        }
        catch
        {
            Release(entry);
            throw;
        }

        Shrink();
        return new BlobFile(PathOf(hash), () => Release(entry));
    }

    /// <summary>Keeps a file whose content is known to be the blob.</summary>
    internal void Adopt(string path, BlobRef blob)
    {
        var entry = Hold(blob.Hash);
        try
        {
            // Somebody who is loading or reading it has a good copy already.
            if (entry.Loading.Wait(0, CancellationToken.None))
            {
                try
                {
                    if (!File.Exists(PathOf(blob.Hash)))
                    {
                        File.Move(path, PathOf(blob.Hash));
                        entry.Stamp = StampOf(blob.Hash);
                    }
                }
                finally
                {
                    entry.Loading.Release();
                }
            }
        }
        finally
        {
            Release(entry);
        }

        Shrink();
    }

    internal void Drop(BlobHash hash)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(hash, out var entry) && entry.Holders == 0)
            {
                _entries.Remove(hash);
                File.Delete(PathOf(hash));
            }
        }
    }

    private string PathOf(BlobHash hash) => Path.Combine(_root, hash.ToString());

    private Entry Hold(BlobHash hash)
    {
        lock (_gate)
        {
            Load();
            if (!_entries.TryGetValue(hash, out var entry))
            {
                _entries[hash] = entry = new();
            }

            entry.Holders++;
            entry.LastUse = ++_clock;
            return entry;
        }
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Holders--;
        }
    }

    private void Load()
    {
        if (_loaded)
        {
            return;
        }

        foreach (var file in Directory.CreateDirectory(_root).EnumerateFiles().OrderBy(f => f.LastAccessTimeUtc))
        {
            if (BlobHash.TryParse(file.Name, out var hash))
            {
                _entries[hash] = new() { LastUse = ++_clock };
            }
            else
            {
                file.Delete();
            }
        }

        _loaded = true;
    }

    private async Task<bool> IsIntactAsync(BlobHash hash, Entry entry, CancellationToken cancellationToken)
    {
        var stamp = StampOf(hash);
        if (stamp is null)
        {
            return false;
        }

        if (entry.Stamp != stamp)
        {
            await using (var file = File.OpenRead(PathOf(hash)))
            {
                if ((await StagingFolder.HashAsync(file, cancellationToken)).Hash != hash)
                {
                    return false;
                }
            }

            entry.Stamp = stamp;
        }

        return true;
    }

    private async Task FillAsync(BlobHash hash, Entry entry, Func<string, Task> download, CancellationToken cancellationToken)
    {
        var part = Path.Combine(_root, $"{Guid.CreateVersion7():N}.part");
        try
        {
            await download(part);
            await using (var file = File.OpenRead(part))
            {
                if ((await StagingFolder.HashAsync(file, cancellationToken)).Hash != hash)
                {
                    throw new IOException($"The storage gave other bytes than those of blob {hash}.");
                }
            }

            File.Move(part, PathOf(hash), overwrite: true);
            entry.Stamp = StampOf(hash);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private (long Length, DateTime WrittenAt)? StampOf(BlobHash hash) =>
        new FileInfo(PathOf(hash)) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : null;

    private void Shrink()
    {
        lock (_gate)
        {
            var sizes = _entries.ToDictionary(e => e.Key, e => StampOf(e.Key)?.Length ?? 0);
            var total = sizes.Values.Sum();
            foreach (var (hash, _) in _entries.Where(e => e.Value.Holders == 0).OrderBy(e => e.Value.LastUse).ToList())
            {
                if (total <= _limit)
                {
                    return;
                }

                File.Delete(PathOf(hash));
                _entries.Remove(hash);
                total -= sizes[hash];
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Loading { get; } = new(1);

        public int Holders { get; set; }

        public long LastUse { get; set; }

        /// <summary>Length and date of the file when its bytes were last compared with the hash.</summary>
        public (long Length, DateTime WrittenAt)? Stamp { get; set; }
    }
}
