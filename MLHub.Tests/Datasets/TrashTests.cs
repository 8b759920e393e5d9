using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Tests.Datasets;

public sealed class TrashTests
{
    private const string People = "id,name\n1,Ann\n2,Bob\n";

    [Fact]
    public async Task A_deleted_dataset_comes_back_as_it_was()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        await bench.Datasets.DeleteAsync(bench.Ada, made.DatasetId, default);

        var item = Assert.Single((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);
        await Trash(bench).RestoreAsync(bench.Ada, bench.WorkspaceId, item.Id, null, default);

        Assert.Equal((TrashKind.Dataset, "people", 1, 2L, "Ada", true), (item.Kind, item.Name, item.Versions, item.RowCount!.Value, item.DeletedByName, item.MayPurge));
        Assert.Equal(30, (item.EndsAt - item.DeletedAt).TotalDays);
        Assert.Equal(2, (await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new(), default)).TotalRows);
        Assert.Empty((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);
    }

    [Fact]
    public async Task Names_in_the_trash_are_free_and_coming_back_under_a_taken_one_asks_for_another()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var old = await bench.ImportAsync(People);
        await bench.Datasets.DeleteAsync(bench.Ada, old.DatasetId, default);
        await bench.ImportAsync(People, new(bench.WorkspaceId, "x.csv") { Name = "People" });

        var refused = await Assert.ThrowsAsync<HubException>(() => Trash(bench).RestoreAsync(bench.Ada, bench.WorkspaceId, old.DatasetId, null, default));
        await Trash(bench).RestoreAsync(bench.Ada, bench.WorkspaceId, old.DatasetId, "Old people", default);

        Assert.Equal("NAME_TAKEN", refused.Code);
        Assert.Equal("Old people", (await bench.Datasets.GetAsync(bench.Ada, old.DatasetId, default)).Name);
    }

    [Fact]
    public async Task A_return_that_is_killed_in_the_middle_has_not_happened()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        await bench.Services.GetRequiredService<DatasetVersionService>().DeleteAsync(bench.Ada, id, 2, default);
        var item = Assert.Single((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);
        var dying = new TrashService(
            new CutContexts(bench), bench.Services.GetRequiredService<WorkspaceAccess>(), [], bench.Services.GetRequiredService<IOptions<DatasetOptions>>(), TimeProvider.System, new News());

        await Assert.ThrowsAsync<TimeoutException>(() => dying.RestoreAsync(bench.Ada, bench.WorkspaceId, item.Id, null, default));

        Assert.Equal(item.Id, Assert.Single((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items).Id);
        Assert.Equal(1, (await bench.Datasets.VersionAsync(bench.Ada, id, null, default)).Number);
    }

    [Fact]
    public async Task A_deleted_version_comes_back_and_is_the_latest_again()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        await Versions(bench).DeleteAsync(bench.Ada, id, 2, default);

        var item = Assert.Single((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);
        await Trash(bench).RestoreAsync(bench.Ada, bench.WorkspaceId, item.Id, null, default);

        Assert.Equal((TrashKind.Version, id, 2), (item.Kind, item.DatasetId, item.Number!.Value));
        Assert.Equal(2, (await bench.Datasets.GetAsync(bench.Ada, id, default)).LatestVersion);
    }

    [Fact]
    public async Task A_reader_looks_but_only_a_manager_or_its_maker_deletes_for_ever()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        await bench.Datasets.DeleteAsync(bench.Ada, made.DatasetId, default);
        await JoinAsync(bench, WorkspaceRole.Editor);

        var asEditor = Assert.Single((await Trash(bench).ListAsync(bench.Eve, bench.WorkspaceId, new(), default)).Items);
        var refused = await Assert.ThrowsAsync<HubException>(() => Trash(bench).PurgeAsync(bench.Eve, bench.WorkspaceId, made.DatasetId, default));
        await Assert.ThrowsAsync<HubException>(() => Trash(bench).EmptyAsync(bench.Eve, bench.WorkspaceId, default));
        await Trash(bench).PurgeAsync(bench.Ada, bench.WorkspaceId, made.DatasetId, default);

        Assert.Equal((true, false), (asEditor.MayRestore, asEditor.MayPurge));
        Assert.Equal(Refusal.Forbidden, refused.Refusal);
        Assert.Empty((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);
    }

    [Fact]
    public async Task Deleting_for_ever_lets_go_of_the_bytes_but_runs_keep_theirs()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        var first = await bench.Datasets.VersionAsync(bench.Ada, id, 1, default);
        var run = await DatasetVersionServiceTests.AddRunAsync(bench, id, first);
        await FinishAsync(bench, run.Id);
        await bench.Datasets.DeleteAsync(bench.Ada, id, default);

        var consequences = await Trash(bench).ConsequencesAsync(bench.Ada, bench.WorkspaceId, id, default);
        await Trash(bench).PurgeAsync(bench.Ada, bench.WorkspaceId, id, default);
        await AgeAsync(bench);
        await Trash(bench).SweepAsync(default);
        await bench.Services.GetRequiredService<BlobCollector>().CollectAsync(default);

        Assert.Equal((2, 1), (consequences.Versions, consequences.Runs));
        Assert.Equal([first.ContentHash!], await BlobsAsync(bench));
    }

    [Fact]
    public async Task A_version_deleted_for_ever_leaves_its_number_behind()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        var second = await bench.Datasets.VersionAsync(bench.Ada, id, 2, default);
        await Versions(bench).DeleteAsync(bench.Ada, id, 2, default);

        await Trash(bench).PurgeAsync(bench.Ada, bench.WorkspaceId, second.Id, default);
        await AgeAsync(bench);
        await Trash(bench).SweepAsync(default);
        await bench.Services.GetRequiredService<BlobCollector>().CollectAsync(default);

        Assert.DoesNotContain(second.ContentHash!, await BlobsAsync(bench));
        Assert.Equal(3, (await bench.ImportAsync(People, new(bench.WorkspaceId, "c.csv") { DatasetId = id })).VersionNumber);
    }

    [Fact]
    public async Task After_thirty_days_it_goes_by_itself()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        await bench.Datasets.DeleteAsync(bench.Ada, made.DatasetId, default);

        var early = await Trash(bench).SweepAsync(default);
        await using (var db = await bench.Contexts.CreateDbContextAsync())
        {
            await db.Set<Dataset>().ExecuteUpdateAsync(set => set.SetProperty(d => d.DeletedAt, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-31)));
        }

        Assert.Equal((0, 1), (early, await Trash(bench).SweepAsync(default)));
        Assert.Empty((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);
    }

    [Fact]
    public async Task A_version_deleted_before_its_dataset_goes_with_it()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        await Versions(bench).DeleteAsync(bench.Ada, id, 2, default);
        await bench.Datasets.DeleteAsync(bench.Ada, id, default);
        await using var db = await bench.Contexts.CreateDbContextAsync();
        await db.Set<DatasetVersion>().IgnoreQueryFilters().Where(v => v.DeletedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(v => v.DeletedAt, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-32)));

        var early = await Trash(bench).SweepAsync(default);
        await db.Set<Dataset>().ExecuteUpdateAsync(set => set.SetProperty(d => d.DeletedAt, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-31)));
        var late = await Trash(bench).SweepAsync(default);
        await AgeAsync(bench);
        await Trash(bench).SweepAsync(default);

        Assert.Equal((0, 1), (early, late));
        Assert.False(await db.Set<Dataset>().AnyAsync());
        Assert.False(await db.Set<DatasetVersion>().IgnoreQueryFilters().AnyAsync());
    }

    [Fact]
    public async Task Content_that_two_versions_share_counts_once()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = (await bench.ImportAsync(People)).DatasetId;
        var first = await bench.Datasets.VersionAsync(bench.Ada, id, 1, default);
        await bench.ImportAsync("id,name\n1,Ann\n", new(bench.WorkspaceId, "b.csv") { DatasetId = id });
        await Versions(bench).RestoreAsync(bench.Ada, id, 1, null, default);
        var second = await bench.Datasets.VersionAsync(bench.Ada, id, 2, default);
        await bench.Datasets.DeleteAsync(bench.Ada, id, default);

        var item = Assert.Single((await Trash(bench).ListAsync(bench.Ada, bench.WorkspaceId, new(), default)).Items);

        Assert.Equal((3, first.SizeBytes + second.SizeBytes + People.Length + "id,name\n1,Ann\n".Length), (item.Versions, item.Bytes));
    }

    [Fact]
    public async Task To_a_stranger_the_trash_does_not_exist()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(People);
        await bench.Datasets.DeleteAsync(bench.Ada, made.DatasetId, default);
        Func<Task>[] calls =
        [
            () => Trash(bench).ListAsync(bench.Eve, bench.WorkspaceId, new(), default),
            () => Trash(bench).ConsequencesAsync(bench.Eve, bench.WorkspaceId, made.DatasetId, default),
            () => Trash(bench).RestoreAsync(bench.Eve, bench.WorkspaceId, made.DatasetId, null, default),
            () => Trash(bench).PurgeAsync(bench.Eve, bench.WorkspaceId, made.DatasetId, default),
            () => Trash(bench).EmptyAsync(bench.Eve, bench.WorkspaceId, default),
            () => Trash(bench).RestoreAsync(bench.Eve, bench.EveWorkspaceId, made.DatasetId, null, default),
        ];

        foreach (var call in calls)
        {
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(call)).Refusal);
        }
    }

    [Fact]
    public async Task An_upload_beyond_the_quota_is_refused_and_deleting_for_ever_makes_room()
    {
        await using var bench = await DatasetBench.CreateAsync(("MLHub:Storage:UserQuotaMegabytes", "1"));
        var big = new string('x', 600_000);

        await bench.UploadAsync($"a\n{big}\n");
        var streamed = await Assert.ThrowsAsync<HubException>(() => bench.UploadAsync($"a\n{big}y\n"));
        var announced = await Assert.ThrowsAsync<HubException>(() => bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "x.csv"), 600_000, default));
        await bench.Uploads.CreateAsync(bench.Ada, new(bench.WorkspaceId, "x.csv"), 100_000, default);

        Assert.Equal((Refusal.StorageFull, "QUOTA_EXCEEDED"), (streamed.Refusal, streamed.Code));
        Assert.Equal("QUOTA_EXCEEDED", announced.Code);
        var usage = await bench.Services.GetRequiredService<Core.Usage.UsageService>().GetAsync(bench.Ada, default);
        Assert.Equal((600_003L, 1_048_576L), (usage.StorageBytes, usage.QuotaBytes!.Value));
    }

    private static TrashService Trash(DatasetBench bench) => bench.Services.GetRequiredService<TrashService>();

    private static DatasetVersionService Versions(DatasetBench bench) => bench.Services.GetRequiredService<DatasetVersionService>();

    private static async Task<Guid> TwoVersionsAsync(DatasetBench bench)
    {
        var first = await bench.ImportAsync(People);
        await bench.ImportAsync("id,name\n1,Ann\n2,Bea\n3,Cid\n", new(bench.WorkspaceId, "b.csv") { DatasetId = first.DatasetId });
        return first.DatasetId;
    }

    private static async Task JoinAsync(DatasetBench bench, WorkspaceRole role)
    {
        await using var db = await bench.Contexts.CreateDbContextAsync();
        db.Add(WorkspaceMember.Create(bench.WorkspaceId, bench.Eve.UserId, role, DateTime.UnixEpoch));
        await db.SaveChangesAsync();
    }

    private static async Task FinishAsync(DatasetBench bench, Guid runId)
    {
        await using var db = await bench.Contexts.CreateDbContextAsync();
        await db.Set<Core.Experiments.Run>().Where(r => r.Id == runId).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, Core.Experiments.RunState.Finished));
    }

    /// <summary>Makes everything look as if it had happened two days ago.</summary>
    private static async Task AgeAsync(DatasetBench bench)
    {
        var before = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2);
        await using var db = await bench.Contexts.CreateDbContextAsync();
        await db.Set<Dataset>().Where(d => d.PurgedAt != null).ExecuteUpdateAsync(set => set.SetProperty(d => d.PurgedAt, before));
        await db.Set<DatasetVersion>().IgnoreQueryFilters().Where(v => v.PurgedAt != null).ExecuteUpdateAsync(set => set.SetProperty(v => v.PurgedAt, before));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(bench.DataPath, "blobs"), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, before);
        }
    }

    private static async Task<List<string>> BlobsAsync(DatasetBench bench)
    {
        List<string> found = [];
        await foreach (var blob in bench.Services.GetRequiredService<IBlobStore>().ListAsync(default))
        {
            found.Add(blob.Hash.ToString());
        }

        return found;
    }
}
