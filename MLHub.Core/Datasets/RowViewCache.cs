using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>
/// The row ids of sorted and filtered views, as files of 64-bit integers, and rows of large ones: built once per (content, sort, filter), then
/// each window is one short read. Content never changes, so nothing here becomes stale; the least recently used files go when the room is used up.
/// </summary>
public sealed class RowViewCache(IOptions<HubOptions> hub, IOptions<DatasetOptions> options, TimeProvider time)
{
    private readonly string _root = hub.Value.PathOf("cache/views");
    private readonly long _limit = options.Value.ViewCacheMegabytes * 1024L * 1024;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _building = new();

    /// <param name="key">Content, sort and filter.</param>
    /// <param name="build">Writes all row ids in order.</param>
    /// <returns>The ids in the window and the number of all.</returns>
    public Task<(long[] RowIds, long Matched)> ReadAsync(string key, long offset, int limit, Func<Action<long>, Task> build, CancellationToken cancellationToken) => GetAsync(
        key,
        path => TryRead(path, offset, limit),
        async part =>
        {
            await using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
            await build(id => file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(ref id))));
        },
        cancellationToken);

    /// <param name="use">Reads the file at a path; is asked again after another build when the file went in between.</param>
    /// <param name="build">Writes a file of any kind to the path that it is given.</param>
    public async Task<T> UseFileAsync<T>(string key, Func<string, T> use, Func<string, Task> build, CancellationToken cancellationToken)
    {
        var (used, _) = await GetAsync<(T, bool)>(key, path => TryUse(path, use), build, cancellationToken);
        return used;
    }

    /// <summary>Whether it was built already.</summary>
    public bool Has(string key) => File.Exists(PathOf(key));

    private string PathOf(string key) => Path.Combine(_root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    private async Task<T> GetAsync<T>(string key, Func<string, T?> read, Func<string, Task> build, CancellationToken cancellationToken)
        where T : struct
    {
        var path = PathOf(key);
        if (read(path) is { } cached)
        {
            return cached;
        }

        var gate = _building.GetOrAdd(path, _ => new(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (read(path) is { } built)
            {
                return built;
            }

            await BuildAsync(path, build);
            return read(path) ?? throw new IOException("The rows of this view vanished while they were read.");
        }
        finally
        {
            gate.Release();
            _building.TryRemove(path, out _);
        }
    }

    private async Task BuildAsync(string path, Func<string, Task> build)
    {
        Directory.CreateDirectory(_root);
        var part = $"{path}.{Guid.CreateVersion7():N}";
        try
        {
            await build(part);
            Shrink(new FileInfo(part).Length);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private (long[] RowIds, long Matched)? TryRead(string path, long offset, int limit)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        }
        catch (IOException missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        using (file)
        {
            var matched = file.Length / sizeof(long);
            var ids = new long[Math.Clamp(matched - offset, 0, limit)];
            if (ids.Length > 0)
            {
                file.Position = offset * sizeof(long);
                file.ReadExactly(MemoryMarshal.AsBytes(ids.AsSpan()));
            }

            File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
            return (ids, matched);
        }
    }

    private (T, bool)? TryUse<T>(string path, Func<string, T> use)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
            return (use(path), true);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException || (missing is DbException && !File.Exists(path)))
        {
            // Others needed the room.
            return null;
        }
    }

    private void Shrink(long coming)
    {
        var files = new DirectoryInfo(_root).GetFiles().Where(f => !f.Name.Contains('.', StringComparison.Ordinal)).OrderBy(f => f.LastAccessTimeUtc).ToList();
        var total = coming + files.Sum(f => f.Length);
        foreach (var file in files)
        {
            if (total <= _limit)
            {
                return;
            }

            total -= file.Length;
            file.Delete();
        }
    }
}
