using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Storage;

[Trait(Category.Trait, Category.S3)]
[Collection(Alone.Name)]
public sealed class S3BlobStoreTests : BlobStoreContract
{
    private S3Bucket? _bucket;

    public override async ValueTask InitializeAsync()
    {
        _bucket = await S3Bucket.CreateAsync();
        Store = Create();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_bucket is not null)
        {
            await _bucket.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_self_test_passes_and_leaves_nothing()
    {
        await ((S3BlobStore)Store).TestAsync(default);

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_self_test_names_a_server_that_does_not_answer_as_it_should()
    {
        using var wrong = Create(o => o.SecretKey = "wrong");

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => wrong.TestAsync(default));

        Assert.Contains(_bucket!.Name, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_is_collected_and_what_a_row_names_stays()
    {
        await using var database = await TestDatabase.CreateAsync();
        var workspace = await TestWorkspace.CreateAsync(database.Contexts);
        var dataset = await workspace.AddDatasetAsync(database.Contexts, "air");
        var (named, lost) = (await Store.PutAsync(new MemoryStream(Bytes(10)), default), await Store.PutAsync(new MemoryStream(Bytes(20)), default));
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            await db.Set<Core.Datasets.DatasetVersion>().Where(v => v.DatasetId == dataset.Id).ExecuteUpdateAsync(set => set.SetProperty(v => v.ContentHash, named.Hash));
        }

        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(30));
        using var collector = new BlobCollector(database.Contexts, Store, new CollectionGate(database.Services.GetRequiredService<IOptions<HubOptions>>(), database.Contexts), Options.Create(new StorageOptions { GraceHours = 1 }), clock);

        var early = await collector.CollectAsync(default);
        clock.Advance(TimeSpan.FromHours(1));
        var late = await collector.CollectAsync(default);

        Assert.Equal((0, 20L, 1), (early.Removed, early.WaitingBytes, late.Removed));
        Assert.True(await Store.ExistsAsync(named.Hash, default));
        Assert.False(await Store.ExistsAsync(lost.Hash, default));
    }

    [Fact]
    public async Task Old_bytes_that_are_stored_again_are_dated_anew()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(10)), default);
        using var later = Create(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(1)));
        await Task.Delay(1100);
        var between = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(-50);

        await later.PutAsync(new MemoryStream(Bytes(10)), default);

        Assert.False(await Store.DeleteAsync(blob.Hash, between.AddSeconds(-1), default));
    }

    [Fact]
    public async Task Long_blobs_go_in_parts()
    {
        var bytes = Bytes(12 * 1024 * 1024 + 17);
        using var store = Create(o => o.PartMegabytes = 5);

        var blob = await store.PutAsync(new MemoryStream(bytes), default);

        Assert.Equal(bytes, await ReadAsync(blob.Hash));
    }

    [Fact]
    public async Task A_cached_copy_with_wrong_bytes_is_replaced()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(5000)), default);
        string path;
        using (var file = await Store.FetchAsync(blob.Hash, default))
        {
            path = file.Path;
        }

        await File.WriteAllBytesAsync(path, Bytes(4999));

        using var again = await Store.FetchAsync(blob.Hash, default);
        Assert.Equal(Bytes(5000), await File.ReadAllBytesAsync(again.Path));
    }

    [Fact]
    public async Task Wrong_bytes_in_the_bucket_are_never_handed_out()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(5000)), default);
        var hex = blob.Hash.ToString();
        await _bucket!.Client.PutObjectAsync(new() { BucketName = _bucket.Name, Key = $"blobs/sha256/{hex[..2]}/{hex[2..4]}/{hex}", InputStream = new MemoryStream(Bytes(4000)) });
        Directory.Delete(Path.Combine(DataPath, "cache"), recursive: true);

        using var fresh = Create();
        await Assert.ThrowsAsync<IOException>(() => fresh.FetchAsync(blob.Hash, default));
    }

    [Fact]
    public async Task The_cache_is_bounded_and_spares_what_is_held()
    {
        using var store = Create(o => o.CacheMegabytes = 1);
        var first = await store.PutAsync(new MemoryStream(Bytes(700_000)), default);
        using var held = await store.FetchAsync(first.Hash, default);

        for (var i = 1; i <= 4; i++)
        {
            var blob = await store.PutAsync(new MemoryStream(Bytes(700_000 + i)), default);
            using var file = await store.FetchAsync(blob.Hash, default);
        }

        Assert.True(File.Exists(held.Path));
        var files = new DirectoryInfo(Path.GetDirectoryName(held.Path)!).GetFiles();
        Assert.InRange(files.Length, 1, 2);
    }

    private S3BlobStore Create(Action<S3Options>? change = null, TimeProvider? time = null)
    {
        var storage = new StorageOptions
        {
            Kind = StorageKind.S3,
            S3 = { ServiceUrl = _bucket!.Endpoint, Bucket = _bucket.Name, Region = _bucket.Region, AccessKey = _bucket.AccessKey, SecretKey = _bucket.SecretKey },
        };
        change?.Invoke(storage.S3);
        var hub = Options.Create(new HubOptions { DataPath = DataPath });
        var options = Options.Create(storage);
        return new(options, new(hub, new(hub, options)), new(hub, options), time ?? TimeProvider.System);
    }
}
