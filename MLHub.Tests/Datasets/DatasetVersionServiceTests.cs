using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Tests.Datasets;

public sealed class DatasetVersionServiceTests
{
    private const string First = "id,name\n1,Ann\n2,Bob\n";
    private const string Second = "id,name\n1,Ann\n2,Bea\n3,Cid\n";

    [Fact]
    public async Task Restoring_makes_a_new_version_of_the_same_bytes()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        var before = await BlobsAsync(bench);

        var number = await Versions(bench).RestoreAsync(bench.Ada, id, 1, null, default);

        var restored = await bench.Datasets.VersionAsync(bench.Ada, id, number, default);
        var source = await bench.Datasets.VersionAsync(bench.Ada, id, 1, default);
        Assert.Equal((3, DatasetVersionCause.Restore, 1, "Restored from v1"), (restored.Number, restored.Cause, restored.Parent!.Value, restored.Message));
        Assert.Equal((source.ContentHash, source.OriginalHash, source.RowCount), (restored.ContentHash, restored.OriginalHash, restored.RowCount));
        Assert.Equal(3, (await bench.Datasets.GetAsync(bench.Ada, id, default)).LatestVersion);
        Assert.Equal(2, (await bench.Datasets.ProfileAsync(bench.Ada, id, 3, default)).RowCount);
        Assert.Equal(before, await BlobsAsync(bench));
    }

    [Fact]
    public async Task Many_people_may_restore_at_once()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);

        var numbers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Versions(bench).RestoreAsync(bench.Ada, id, 1, "again", default))));

        Assert.Equal([3, 4, 5, 6], numbers.Order());
        Assert.Equal(6, (await bench.Datasets.GetAsync(bench.Ada, id, default)).LatestVersion);
    }

    [Fact]
    public async Task A_failed_version_cannot_be_restored()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var first = await bench.ImportAsync(First);
        await bench.ImportAsync("a,b\n1,\"open\n", new(bench.WorkspaceId, "broken.csv") { DatasetId = first.DatasetId });

        var refused = await Assert.ThrowsAsync<HubException>(() => Versions(bench).RestoreAsync(bench.Ada, first.DatasetId, 2, null, default));

        Assert.Equal("VERSION_NOT_READY", refused.Code);
    }

    [Fact]
    public async Task A_deleted_version_is_found_nowhere_and_its_number_is_never_used_again()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);

        await Versions(bench).DeleteAsync(bench.Ada, id, 2, default);

        Assert.Equal(1, (await bench.Datasets.GetAsync(bench.Ada, id, default)).LatestVersion);
        Assert.Single((await bench.Datasets.VersionsAsync(bench.Ada, id, new(), default)).Items);
        await AssertMissingAsync(() => bench.Datasets.VersionAsync(bench.Ada, id, 2, default));
        await AssertMissingAsync(() => bench.Reader.ReadAsync(bench.Ada, id, 2, new(), default));
        await AssertMissingAsync(() => bench.Export.OpenAsync(bench.Ada, id, 2, ExportFormat.Csv, false, default));
        var next = await bench.ImportAsync(Second, new(bench.WorkspaceId, "c.csv") { DatasetId = id });
        Assert.Equal(3, next.VersionNumber);
    }

    [Fact]
    public async Task The_only_version_with_rows_stays()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var first = await bench.ImportAsync(First);
        await bench.ImportAsync("a,b\n1,\"open\n", new(bench.WorkspaceId, "broken.csv") { DatasetId = first.DatasetId });

        var refused = await Assert.ThrowsAsync<HubException>(() => Versions(bench).DeleteAsync(bench.Ada, first.DatasetId, 1, default));
        await Versions(bench).DeleteAsync(bench.Ada, first.DatasetId, 2, default);

        Assert.Equal("ONLY_VERSION", refused.Code);
        Assert.Equal(1, (await bench.Datasets.GetAsync(bench.Ada, first.DatasetId, default)).Newest!.Number);
    }

    [Fact]
    public async Task A_version_that_a_run_reads_stays_until_the_run_is_over()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        var version = await bench.Datasets.VersionAsync(bench.Ada, id, 1, default);
        var run = await AddRunAsync(bench, id, version);

        var refused = await Assert.ThrowsAsync<HubException>(() => Versions(bench).DeleteAsync(bench.Ada, id, 1, default));
        await using (var db = await bench.Contexts.CreateDbContextAsync())
        {
            await db.Set<Run>().Where(r => r.Id == run.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RunState.Finished));
        }

        await Versions(bench).DeleteAsync(bench.Ada, id, 1, default);

        Assert.Equal("VERSION_IN_USE", refused.Code);
        var use = Assert.Single(await Versions(bench).UsesAsync(bench.Ada, id, default));
        Assert.Equal((version.Id, VersionUseKind.Run, run.Id, false), (use.VersionId, use.Kind, use.Id, use.IsActive));
    }

    [Fact]
    public async Task Versions_carry_tags()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);

        await Versions(bench).TagAsync(bench.Ada, id, 1, ["Golden ", "golden", "2026"], default);

        Assert.Equal(["2026", "golden"], (await bench.Datasets.VersionAsync(bench.Ada, id, 1, default)).Tags);
    }

    [Fact]
    public async Task A_deletion_that_is_killed_in_the_middle_has_not_happened()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        var dying = new DatasetVersionService(new CutContexts(bench), bench.Services.GetRequiredService<WorkspaceAccess>(), [], TimeProvider.System, new News());

        await Assert.ThrowsAsync<TimeoutException>(() => dying.DeleteAsync(bench.Ada, id, 2, default));

        Assert.Equal(2, (await bench.Datasets.VersionAsync(bench.Ada, id, null, default)).Number);
    }

    [Fact]
    public async Task To_a_stranger_nothing_exists()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoVersionsAsync(bench);
        Func<Task>[] calls =
        [
            () => Versions(bench).RestoreAsync(bench.Eve, id, 1, null, default),
            () => Versions(bench).TagAsync(bench.Eve, id, 1, [], default),
            () => Versions(bench).DeleteAsync(bench.Eve, id, 1, default),
            () => Versions(bench).UsesAsync(bench.Eve, id, default),
        ];

        foreach (var call in calls)
        {
            await AssertMissingAsync(call);
        }
    }

    internal static async Task<Run> AddRunAsync(DatasetBench bench, Guid datasetId, DatasetVersionView version)
    {
        await using var db = await bench.Contexts.CreateDbContextAsync();
        var experiment = Experiment.Create(bench.WorkspaceId, "Question", null, bench.Ada.UserId, DateTime.UnixEpoch);
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "name", Algorithm = "lightgbm" };
        var run = Run.Create(experiment, "busy", configuration, new(datasetId, version.Id, version.Number, BlobHash.Parse(version.ContentHash!)), null, bench.Ada.UserId, DateTime.UnixEpoch);
        db.AddRange(experiment, run);
        await db.SaveChangesAsync();
        return run;
    }

    private static DatasetVersionService Versions(DatasetBench bench) => bench.Services.GetRequiredService<DatasetVersionService>();

    private static async Task<Guid> TwoVersionsAsync(DatasetBench bench)
    {
        var first = await bench.ImportAsync(First);
        await bench.ImportAsync(Second, new(bench.WorkspaceId, "b.csv") { DatasetId = first.DatasetId });
        return first.DatasetId;
    }

    private static async Task AssertMissingAsync(Func<Task> call) => Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(call)).Refusal);

    private static async Task<int> BlobsAsync(DatasetBench bench)
    {
        var count = 0;
        await foreach (var _ in bench.Services.GetRequiredService<IBlobStore>().ListAsync(default))
        {
            count++;
        }

        return count;
    }
}
