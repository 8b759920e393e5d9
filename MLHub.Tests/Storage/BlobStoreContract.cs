using System.Security.Cryptography;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Storage;

/// <summary>What every blob store must do; each implementation runs all of it.</summary>
public abstract class BlobStoreContract : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    protected string DataPath => _folder.Path;

    protected IBlobStore Store { get; set; } = null!;

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(131_072)]
    [InlineData(1_000_003)]
    public async Task Bytes_come_back_as_they_were_under_their_hash(int length)
    {
        var bytes = Bytes(length);

        var blob = await Store.PutAsync(new MemoryStream(bytes), default);

        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(bytes)), (long)length), (blob.Hash.ToString(), blob.Length));
        Assert.Equal(bytes, await ReadAsync(blob.Hash));
        Assert.True(await Store.ExistsAsync(blob.Hash, default));
    }

    [Fact]
    public async Task The_same_content_twice_is_one_blob()
    {
        var bytes = Bytes(5000);

        var blobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.PutAsync(new MemoryStream(bytes), default))));

        Assert.Single(blobs.Distinct());
        Assert.Single(await ListAsync());
        Assert.Equal(bytes, await ReadAsync(blobs[0].Hash));
    }

    [Fact]
    public async Task A_file_becomes_a_blob()
    {
        var path = Path.Combine(DataPath, "some-file");
        await File.WriteAllBytesAsync(path, Bytes(70_000));

        var blob = await Store.PutFileAsync(path, default);

        Assert.Equal(Bytes(70_000), await ReadAsync(blob.Hash));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_stream_can_be_read_from_any_offset()
    {
        var bytes = Bytes(300_000);
        var blob = await Store.PutAsync(new MemoryStream(bytes), default);

        await using var stream = await Store.OpenAsync(blob.Hash, default);
        var part = new byte[1000];
        foreach (var offset in (int[])[299_000, 0, 150_000, 149_000, 150_000])
        {
            stream.Position = offset;
            await stream.ReadExactlyAsync(part);
            Assert.Equal(bytes.AsSpan(offset, 1000).ToArray(), part);
        }

        stream.Position = bytes.Length;
        Assert.Equal(0, await stream.ReadAsync(part));
        Assert.Equal(bytes.Length, stream.Length);
    }

    [Fact]
    public async Task A_fetched_blob_is_a_local_file()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(5000)), default);

        using var file = await Store.FetchAsync(blob.Hash, default);

        Assert.Equal(Bytes(5000), await File.ReadAllBytesAsync(file.Path));
    }

    [Fact]
    public async Task A_missing_blob_is_said_to_be_missing()
    {
        var hash = BlobHash.Parse(new string('a', 64));

        Assert.False(await Store.ExistsAsync(hash, default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenAsync(hash, default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.FetchAsync(hash, default));
        await Store.DeleteAsync(hash, DateTime.MaxValue, default);
    }

    [Fact]
    public async Task A_deleted_blob_is_gone()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(10)), default);

        await Store.DeleteAsync(blob.Hash, DateTime.MaxValue, default);

        Assert.False(await Store.ExistsAsync(blob.Hash, default));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_blob_that_was_stored_since_is_spared()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(10)), default);

        Assert.False(await Store.DeleteAsync(blob.Hash, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1), default));
        Assert.True(await Store.ExistsAsync(blob.Hash, default));
        Assert.True(await Store.DeleteAsync(blob.Hash, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1), default));
        Assert.False(await Store.ExistsAsync(blob.Hash, default));
    }

    [Fact]
    public async Task A_source_that_breaks_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(new EndlessStream(1_000_000, breaks: true), default));

        Assert.Empty(await ListAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(DataPath, "staging")));
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(new EndlessStream(long.MaxValue), cancel.Token));

        Assert.Empty(await ListAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(DataPath, "staging")));
    }

    [Fact]
    [Trait(Category.Trait, Category.Slow)]
    public async Task Two_hundred_megabytes_stream_through_little_memory()
    {
        const long length = 200L * 1024 * 1024;
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes();

        var blob = await Store.PutAsync(new EndlessStream(length), default);

        // Buffers are pooled: what is allocated does not grow with the content.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, length / 4);
        Assert.Equal(length, blob.Length);
        using var file = await Store.FetchAsync(blob.Hash, default);
        Assert.Equal(length, new FileInfo(file.Path).Length);
    }

    protected static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    protected async Task<byte[]> ReadAsync(BlobHash hash)
    {
        await using var stream = await Store.OpenAsync(hash, default);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    protected async Task<List<StoredBlob>> ListAsync()
    {
        List<StoredBlob> found = [];
        await foreach (var blob in Store.ListAsync(default))
        {
            found.Add(blob);
        }

        return found;
    }

    /// <summary>Made-up bytes that nobody holds in memory.</summary>
    private sealed class EndlessStream(long length, bool breaks = false) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            if (_position >= length)
            {
                return breaks ? throw new IOException("connection reset") : 0;
            }

            var count = (int)Math.Min(buffer.Length, length - _position);
            buffer.Span[..count].Fill((byte)(_position >> 16));
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
