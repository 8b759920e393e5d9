using System.Formats.Tar;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Operations;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Operations;

public sealed class BackupTests
{
    [Theory]
    [InlineData(HubBackend.SqliteAndDisk, "backup")]
    [InlineData(HubBackend.SqliteAndDisk, "backup.tar")]
    [InlineData(HubBackend.PostgresAndS3, "backup")]
    public async Task A_restore_brings_back_every_row_the_bytes_and_the_keys(HubBackend backend, string target)
    {
        await using var bench = await OperationsBench.CreateAsync(backend);
        var (dataset, content, original) = await bench.AddDatasetAsync("cars", [10, 20, 30], [40, 50]);
        // What a text of a table would trip over.
        await bench.SqlAsync("UPDATE \"Datasets\" SET \"Description\" = 'tab\t, line\n, \\., \\N, quote \"'' and 🚀' WHERE \"Name\" = 'cars'");
        var seal = bench.Get<BlobSeal>().Sign(content);
        var made = await bench.BackupAsync(bench.Beside(target));
        await using var empty = await OperationsBench.CreateEmptyAsync(backend);

        var restored = await empty.Get<HubRestore>().RunAsync(bench.Beside(target), null, default);

        Assert.Equal((4, 12, 0), (made.Blobs, made.Bytes, made.Lost.Count));
        Assert.Equal((made.Snapshot, made.At, 4, 0), (restored.Snapshot, restored.At, restored.Blobs, restored.Lost.Count));
        await using var db = await empty.Contexts.CreateDbContextAsync();
        var cars = await db.Set<Core.Datasets.Dataset>().SingleAsync(d => d.Id == dataset);
        Assert.Equal(("cars", "tab\t, line\n, \\., \\N, quote \"' and 🚀"), (cars.Name, cars.Description));
        Assert.Equal(5, await db.Users.CountAsync());
        Assert.Equal(await bench.CountsAsync(), await empty.CountsAsync());
        Assert.Equal([10, 20, 30], await empty.ReadAsync(content));
        Assert.Equal([40, 50], await empty.ReadAsync(original));
        Assert.True(empty.Get<BlobSeal>().IsGenuine(content, seal));
        Assert.Empty((await empty.CheckAsync()).Findings);
    }

    [Fact]
    public async Task The_second_backup_copies_only_what_is_new_and_old_snapshots_go_with_their_blobs()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var folder = bench.Beside("backup");
        var (dataset, content, _) = await bench.AddDatasetAsync("cars", [10, 20, 30], [40, 50]);
        var first = await bench.BackupAsync(folder);
        await bench.SqlAsync($"""DELETE FROM "Datasets" WHERE "Id" = '{dataset.ToString().ToUpperInvariant()}'""");
        await bench.AddDatasetAsync("cells", [60], [70]);

        var second = await bench.BackupAsync(folder);
        var afterSecond = Copies(folder, content);
        var third = await bench.BackupAsync(folder, keep: 2);

        Assert.Equal((4, 4), (first.Blobs, first.Copied));
        Assert.Equal((4, 2), (second.Blobs, second.Copied));
        Assert.Equal((4, 0), (third.Blobs, third.Copied));
        Assert.Equal(1, afterSecond);
        Assert.Equal(0, Copies(folder, content));
        Assert.Equal([second.Snapshot, third.Snapshot], Directory.EnumerateDirectories(Path.Combine(folder, "snapshots")).Select(d => Path.GetFileName(d)).Order());
        Assert.Empty((await bench.Get<HubRestore>().VerifyAsync(folder, second.Snapshot, default)).Lost);
    }

    [Fact]
    public async Task A_blob_that_is_lost_or_damaged_is_named_and_the_rest_is_saved()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var (_, content, original) = await bench.AddDatasetAsync("cars", [10, 20, 30], [40, 50]);
        OperationsBench.Overwrite(bench.FileOf(content), [10, 20, 31]);
        File.Delete(bench.FileOf(original));
        await using var empty = await OperationsBench.CreateEmptyAsync();

        var made = await bench.BackupAsync(bench.Beside("backup"));
        var restored = await empty.Get<HubRestore>().RunAsync(bench.Beside("backup"), null, default);

        string[] lost = [.. new[] { content.ToString(), original.ToString() }.Order()];
        Assert.Equal(lost, made.Lost);
        Assert.Equal(lost, restored.Lost.Order());
        Assert.Equal(2, restored.Blobs);
    }

    [Fact]
    public async Task A_bit_that_flips_in_the_backup_is_found_by_verifying_it()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var folder = bench.Beside("backup");
        var (_, content, _) = await bench.AddDatasetAsync("cars", [10, 20, 30], [40, 50]);
        await bench.BackupAsync(folder);
        var sound = await bench.Get<HubRestore>().VerifyAsync(folder, null, default);
        OperationsBench.Overwrite(Directory.EnumerateFiles(folder, content.ToString(), SearchOption.AllDirectories).Single(), [10, 20, 31]);

        var damaged = await bench.Get<HubRestore>().VerifyAsync(folder, null, default);
        var database = Directory.EnumerateFiles(folder, "mlhub.db", SearchOption.AllDirectories).Single();
        await File.AppendAllTextAsync(database, "x");

        Assert.Empty(sound.Lost);
        Assert.Equal([content.ToString()], damaged.Lost);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Get<HubRestore>().VerifyAsync(folder, null, default));
    }

    [Fact]
    public async Task Uploads_on_their_way_and_mails_that_waited_are_forgotten()
    {
        await using var bench = await OperationsBench.CreateAsync();
        await using (var source = await bench.Contexts.CreateDbContextAsync())
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            source.Add(Core.Mail.OutgoingMail.Create("ada@example.org", null, "sealed", now));
            source.Add(Core.Datasets.Upload.Create(bench.Lab.Editor.UserId, new(bench.Lab.Id, "half.csv"), 100, now, TimeSpan.FromDays(1)));
            await source.SaveChangesAsync();
        }

        await bench.BackupAsync(bench.Beside("backup"));
        await using var empty = await OperationsBench.CreateEmptyAsync();
        await empty.Get<HubRestore>().RunAsync(bench.Beside("backup"), null, default);

        await using var db = await empty.Contexts.CreateDbContextAsync();
        Assert.Equal((0, 0), (await db.Set<Core.Mail.OutgoingMail>().CountAsync(), await db.Set<Core.Datasets.Upload>().CountAsync()));
    }

    [Fact]
    public async Task A_backup_of_another_engine_is_refused_and_leaves_the_database_alone()
    {
        await using var bench = await OperationsBench.CreateAsync();
        await bench.BackupAsync(bench.Beside("backup"));
        var manifest = Directory.EnumerateFiles(bench.Beside("backup"), "manifest.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"sqlite\"", "\"postgres\"", StringComparison.Ordinal));
        await using var empty = await OperationsBench.CreateEmptyAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => empty.Get<HubRestore>().RunAsync(bench.Beside("backup"), null, default));

        Assert.Contains("Engine=Postgres", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(empty.DataPath, "mlhub.db")) || Directory.Exists(Path.Combine(empty.DataPath, "keys")));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_server_in_use_is_never_overwritten(HubBackend backend)
    {
        await using var bench = await OperationsBench.CreateAsync(backend);
        await bench.BackupAsync(bench.Beside("backup"));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Get<HubRestore>().RunAsync(bench.Beside("backup"), null, default));

        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await bench.CheckAsync()).Findings);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_server_that_was_started_but_that_nobody_signed_up_to_is_empty(HubBackend backend)
    {
        await using var bench = await OperationsBench.CreateAsync(backend);
        await bench.BackupAsync(bench.Beside("backup"));
        await using var started = await OperationsBench.CreateEmptyAsync(backend);
        await started.Get<HubMigrator>().MigrateAsync(default);

        await started.Get<HubRestore>().RunAsync(bench.Beside("backup"), null, default);

        Assert.Empty((await started.CheckAsync()).Findings);
    }

    [Fact]
    public async Task An_archive_that_was_cut_off_changes_nothing()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var archive = bench.Beside("backup.tar");
        await bench.BackupAsync(archive);
        await using (var file = new FileStream(archive, FileMode.Open))
        {
            file.SetLength(file.Length - 4096);
        }

        await using var empty = await OperationsBench.CreateEmptyAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => empty.Get<HubRestore>().RunAsync(archive, null, default));

        Assert.False(File.Exists(Path.Combine(empty.DataPath, "mlhub.db")));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/tmp/mlhub-evil")]
    [InlineData("snapshots/20260101-000000/keys/../../../../evil")]
    [InlineData("snapshots/20260101-000000/keys/.hidden")]
    [InlineData("blobs/sha256/../../evil")]
    public async Task Foreign_names_in_an_archive_write_nothing(string name)
    {
        await using var bench = await OperationsBench.CreateEmptyAsync();
        var archive = bench.Beside("backup.tar");
        await using (var tar = new TarWriter(File.Create(archive)))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) });
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "snapshots/20260101-000000/manifest.json") { LinkName = "/etc/passwd" });
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Get<HubRestore>().RunAsync(archive, null, default));

        Assert.DoesNotContain(Directory.EnumerateFiles(bench.Beside(""), "*", SearchOption.AllDirectories), f => f.Contains("evil", StringComparison.Ordinal) || f.Contains("hidden", StringComparison.Ordinal));
        Assert.False(File.Exists("/tmp/mlhub-evil"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Nothing_is_collected_while_a_backup_runs(HubBackend backend)
    {
        await using var bench = await OperationsBench.CreateAsync(backend);
        var collector = bench.Get<BlobCollector>();
        await bench.Blobs.PutAsync(new MemoryStream([9, 9]), default);
        var gate = bench.Get<CollectionGate>();
        Task<CollectionHold> waiting;
        await using (await gate.HoldAsync(default))
        {
            await using var second = await gate.HoldAsync(default);
            Assert.Null(await gate.TryCollectAsync(default));
            var census = await collector.CollectAsync(default);
            Assert.Equal((0, 2), (census.Removed, census.WaitingBytes));
        }

        await using (var collecting = await gate.TryCollectAsync(default))
        {
            Assert.NotNull(collecting);
            waiting = gate.HoldAsync(default);
            Assert.Null(await gate.TryCollectAsync(default));
        }

        await using var held = await waiting;
        await held.RequireAsync(default);
    }

    public static TheoryData<HubBackend> Backends => [HubBackend.SqliteAndDisk, HubBackend.PostgresAndS3];

    private static int Copies(string folder, BlobHash hash) => Directory.EnumerateFiles(folder, hash.ToString(), SearchOption.AllDirectories).Count();
}
