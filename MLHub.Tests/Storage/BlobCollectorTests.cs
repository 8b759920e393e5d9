using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Storage;
using MLHub.Tests.Datasets;

namespace MLHub.Tests.Storage;

public sealed class BlobCollectorTests
{
    [Fact]
    public async Task What_a_row_names_stays_and_what_nothing_names_goes_after_the_grace_period()
    {
        await using var bench = await DatasetBench.CreateAsync();
        await bench.ImportAsync("a,b\n1,2\n");
        var lost = await Store(bench).PutAsync(new MemoryStream([1, 2, 3]), default);

        var early = await Collector(bench).CollectAsync(default);
        Age(bench);
        var late = await Collector(bench).CollectAsync(default);

        Assert.Equal(0, early.Removed);
        Assert.True(early.WaitingBytes >= 3);
        Assert.Equal(0, late.WaitingBytes);
        Assert.DoesNotContain(lost.Hash.ToString(), await BlobsAsync(bench));
        Assert.Equal(await NamedAsync(bench), await BlobsAsync(bench));
    }

    [Fact]
    public async Task Every_column_that_holds_a_hash_is_asked()
    {
        await using var bench = await DatasetBench.CreateAsync();
        await using var db = await bench.Contexts.CreateDbContextAsync();

        var columns = BlobCollector.Columns(db.Model).Select(c => $"{c.Entity.ClrType.Name}.{c.Property.Name}").ToList();

        Assert.Superset(
            new HashSet<string> { "DatasetVersion.ContentHash", "DatasetVersion.OriginalHash", "DatasetVersion.RejectsHash", "Upload.ContentHash", "Run.ContentHash", "Run.ModelHash", "Run.PredictionsHash", "ModelVersion.ArtefactHash" },
            columns.ToHashSet());
    }

    [Fact]
    public async Task Bytes_that_are_stored_again_while_they_are_looked_at_stay()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var blob = await Store(bench).PutAsync(new MemoryStream([1, 2, 3]), default);
        Age(bench);
        var collector = new BlobCollector(
            bench.Contexts,
            new Meddler(Store(bench), beforeDelete: () => Store(bench).PutAsync(new MemoryStream([1, 2, 3]), default)),
            bench.Services.GetRequiredService<CollectionGate>(),
            bench.Services.GetRequiredService<IOptions<StorageOptions>>(),
            TimeProvider.System);

        var census = await collector.CollectAsync(default);

        Assert.Equal(0, census.Removed);
        Assert.True(await Store(bench).ExistsAsync(blob.Hash, default));
    }

    [Fact]
    public async Task Killed_in_the_middle_it_has_lost_nothing_that_is_named()
    {
        await using var bench = await DatasetBench.CreateAsync();
        await bench.ImportAsync("a,b\n1,2\n");
        for (byte i = 0; i < 10; i++)
        {
            await Store(bench).PutAsync(new MemoryStream([i]), default);
        }

        Age(bench);
        var left = 5;
        var collector = new BlobCollector(
            bench.Contexts,
            new Meddler(Store(bench), beforeDelete: () => --left < 0 ? throw new IOException("killed") : Task.CompletedTask),
            bench.Services.GetRequiredService<CollectionGate>(),
            bench.Services.GetRequiredService<IOptions<StorageOptions>>(),
            TimeProvider.System);

        await Assert.ThrowsAsync<IOException>(() => collector.CollectAsync(default));
        var afterwards = await BlobsAsync(bench);
        await Collector(bench).CollectAsync(default);

        var named = await NamedAsync(bench);
        Assert.NotEmpty(named);
        Assert.All(named, h => Assert.Contains(h, afterwards));
        Assert.Equal(named, await BlobsAsync(bench));
    }

    [Fact]
    public async Task Storing_and_removing_the_same_bytes_at_once_never_loses_them()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var store = Store(bench);
        var bytes = new byte[100_000];

        for (var round = 0; round < 50; round++)
        {
            await store.PutAsync(new MemoryStream(bytes), default);
            Age(bench);
            var put = Task.Run(() => store.PutAsync(new MemoryStream(bytes), default));
            var removal = Task.Run(() => store.DeleteAsync(BlobHash.FromBytes(System.Security.Cryptography.SHA256.HashData(bytes)), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1), default));
            var blob = await put;
            await removal;

            Assert.True(await store.ExistsAsync(blob.Hash, default));
        }
    }

    private static IBlobStore Store(DatasetBench bench) => bench.Services.GetRequiredService<IBlobStore>();

    private static BlobCollector Collector(DatasetBench bench) => bench.Services.GetRequiredService<BlobCollector>();

    private static void Age(DatasetBench bench)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(bench.DataPath, "blobs"), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        }
    }

    private static async Task<IEnumerable<string>> BlobsAsync(DatasetBench bench)
    {
        List<string> found = [];
        await foreach (var blob in Store(bench).ListAsync(default))
        {
            found.Add(blob.Hash.ToString());
        }

        return found.Order();
    }

    private static async Task<IEnumerable<string>> NamedAsync(DatasetBench bench)
    {
        HashSet<string> found = [];
        await using var db = await bench.Contexts.CreateDbContextAsync();
        await foreach (var hash in BlobCollector.NamedAsync(db, default))
        {
            found.Add(hash.ToString());
        }

        return found.Order();
    }

    /// <summary>A store to which something happens just before a removal.</summary>
    private sealed class Meddler(IBlobStore inner, Func<Task> beforeDelete) : IBlobStore
    {
        public Task<BlobRef> PutAsync(Stream content, CancellationToken cancellationToken) => inner.PutAsync(content, cancellationToken);

        public Task<BlobRef> PutFileAsync(string path, CancellationToken cancellationToken) => inner.PutFileAsync(path, cancellationToken);

        public Task<Stream> OpenAsync(BlobHash hash, CancellationToken cancellationToken) => inner.OpenAsync(hash, cancellationToken);

        public Task<BlobFile> FetchAsync(BlobHash hash, CancellationToken cancellationToken) => inner.FetchAsync(hash, cancellationToken);

        public Task<bool> ExistsAsync(BlobHash hash, CancellationToken cancellationToken) => inner.ExistsAsync(hash, cancellationToken);

        public IAsyncEnumerable<StoredBlob> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

        public async Task<bool> DeleteAsync(BlobHash hash, DateTime storedBefore, CancellationToken cancellationToken)
        {
            await beforeDelete();
            return await inner.DeleteAsync(hash, storedBefore, cancellationToken);
        }
    }
}
