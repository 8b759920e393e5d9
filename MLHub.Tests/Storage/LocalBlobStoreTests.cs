using System.Diagnostics;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Storage;

[Collection(Alone.Name)]
public sealed class LocalBlobStoreTests : BlobStoreContract
{
    public override ValueTask InitializeAsync()
    {
        Store = Create(new());
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Blobs_lie_under_their_hash_and_are_read_only()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(100)), default);

        var hex = blob.Hash.ToString();
        var path = Path.Combine(DataPath, "blobs", "sha256", hex[..2], hex[2..4], hex);
        Assert.True(File.Exists(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_blob_that_a_crash_cut_short_is_replaced()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(100)), default);
        using (var file = await Store.FetchAsync(blob.Hash, default))
        {
            File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await File.WriteAllBytesAsync(file.Path, Bytes(100)[..50]);
        }

        await Store.PutAsync(new MemoryStream(Bytes(100)), default);

        Assert.Equal(Bytes(100), await ReadAsync(blob.Hash));
    }

    [Fact]
    public async Task Content_that_is_wanted_again_is_young_again()
    {
        var blob = await Store.PutAsync(new MemoryStream(Bytes(100)), default);
        using (var file = await Store.FetchAsync(blob.Hash, default))
        {
            File.SetLastWriteTimeUtc(file.Path, DateTime.UnixEpoch);
        }

        await Store.PutAsync(new MemoryStream(Bytes(100)), default);

        Assert.True((await ListAsync()).Single().StoredAt > DateTime.UnixEpoch.AddYears(50));
    }

    [Fact]
    public async Task Of_several_who_store_one_staged_file_at_once_some_find_it_gone_and_nothing_else_happens()
    {
        for (var round = 0; round < 40; round++)
        {
            var path = Path.Combine(DataPath, "staging", $"upload-{round}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, Bytes(50_000 + round));

            var stored = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TryPutAsync(path))));

            var hash = Assert.Single(stored.OfType<BlobRef>().Distinct()).Hash;
            Assert.Equal(Bytes(50_000 + round), await ReadAsync(hash));
        }
    }

    [Fact]
    public async Task Below_the_floor_of_free_space_nothing_is_written()
    {
        Store = Create(new() { MinFreeMegabytes = int.MaxValue });

        var refused = await Assert.ThrowsAsync<HubException>(() => Store.PutAsync(new MemoryStream(Bytes(100)), default));

        Assert.Equal((Refusal.StorageFull, "STORAGE_FULL"), (refused.Refusal, refused.Code));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_self_test_finds_a_staging_folder_on_another_file_system()
    {
        var device = new DriveInfo("/dev/shm");
        Assert.SkipUnless(device.IsReady && device.DriveFormat == "tmpfs", "This test needs /dev/shm as a second file system.");
        var shm = Directory.CreateTempSubdirectory("mlhub-").FullName;
        var target = Path.Combine("/dev/shm", Path.GetFileName(shm));
        Directory.CreateDirectory(target);
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(DataPath, "blobs"), target);

            var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => SelfTest().StartAsync(default));

            Assert.Contains("different file systems", failed.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
            Directory.Delete(shm);
        }
    }

    [Fact]
    public async Task The_self_test_passes_on_one_file_system_and_leaves_nothing()
    {
        await SelfTest().StartAsync(default);

        Assert.Empty(Directory.GetFiles(DataPath, "*", SearchOption.AllDirectories));
    }

    /// <summary>The name of a blob appears by a rename of a complete file: a reader that looks all the time never sees a part.</summary>
    [Fact]
    public async Task A_reader_never_sees_half_a_blob()
    {
        var bytes = Bytes(8_000_000);
        var hash = BlobHash.FromBytes(System.Security.Cryptography.SHA256.HashData(bytes));
        var clock = Stopwatch.StartNew();
        var put = Task.Run(() => Store.PutAsync(new MemoryStream(bytes), default));

        while (!await Store.ExistsAsync(hash, default))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.Equal(bytes.Length, (await ReadAsync(hash)).Length);
        await put;
    }

    private LocalBlobStore Create(StorageOptions storage)
    {
        var hub = Hub();
        return new(hub, new(hub, new(hub, Options.Create(storage))), TimeProvider.System);
    }

    private StorageSelfTest SelfTest()
    {
        var hub = Hub();
        return new(hub, new(hub, new(hub, Options.Create(new StorageOptions()))), Store);
    }

    private IOptions<HubOptions> Hub() => Options.Create(new HubOptions { DataPath = DataPath });

    private async Task<BlobRef?> TryPutAsync(string path)
    {
        try
        {
            return await Store.PutFileAsync(path, default);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
