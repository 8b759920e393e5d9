namespace MLHub.Core.Storage;

/// <summary>Keeps storing and removing of the same blob apart: whoever stores waits for a removal to end, a removal steps back before a storing.</summary>
internal sealed class BlobTraffic
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BlobHash, int> _storing = [];
    private readonly Dictionary<BlobHash, TaskCompletionSource> _removing = [];

    /// <summary>Dispose the pass when the blob is stored and dated.</summary>
    public async Task<IDisposable> StoreAsync(BlobHash hash)
    {
        while (true)
        {
            Task removal;
            lock (_gate)
            {
                if (!_removing.TryGetValue(hash, out var running))
                {
                    _storing[hash] = _storing.GetValueOrDefault(hash) + 1;
                    return new Pass(() => Stored(hash));
                }

                removal = running.Task;
            }

            await removal;
        }
    }

    /// <returns><c>null</c> when somebody is storing the blob.</returns>
    public IDisposable? TryRemove(BlobHash hash)
    {
        lock (_gate)
        {
            if (_storing.ContainsKey(hash) || !_removing.TryAdd(hash, new(TaskCreationOptions.RunContinuationsAsynchronously)))
            {
                return null;
            }
        }

        return new Pass(() => Removed(hash));
    }

    private void Stored(BlobHash hash)
    {
        lock (_gate)
        {
            var left = _storing[hash] - 1;
            if (left == 0)
            {
                _storing.Remove(hash);
            }
            else
            {
                _storing[hash] = left;
            }
        }
    }

    private void Removed(BlobHash hash)
    {
        lock (_gate)
        {
            _removing.Remove(hash, out var waiting);
            waiting?.SetResult();
        }
    }

    private sealed class Pass(Action release) : IDisposable
    {
        private Action? _release = release;

        public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
    }
}
