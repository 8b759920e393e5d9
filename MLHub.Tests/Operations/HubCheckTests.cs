using Microsoft.EntityFrameworkCore;
using MLHub.Core.Operations;
using MLHub.Core.Storage;

namespace MLHub.Tests.Operations;

public sealed class HubCheckTests
{
    [Fact]
    public async Task A_sound_server_has_no_findings_and_the_count_is_that_of_its_blobs()
    {
        await using var bench = await OperationsBench.CreateAsync();

        var report = await bench.CheckAsync();

        Assert.Empty(report.Findings);
        Assert.Equal((2, 7, true), (report.Blobs, report.Bytes, report.IsWhole));
    }

    [Fact]
    public async Task A_flipped_bit_and_a_missing_blob_are_found_and_put_back_out_of_a_backup()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var (_, content, original) = await bench.AddDatasetAsync("cars", [10, 20, 30], [40, 50]);
        await bench.BackupAsync(bench.Beside("backup"));
        OperationsBench.Overwrite(bench.FileOf(content), [10, 20, 31]);
        File.Delete(bench.FileOf(original));

        var quick = await bench.CheckAsync(new() { IsQuick = true });
        var whole = await bench.CheckAsync();
        var mended = await bench.CheckAsync(new() { From = bench.Beside("backup") });

        Assert.Equal([("BLOB_MISSING", original)], Found(quick, content, original));
        Assert.Equal([("BLOB_DAMAGED", content), ("BLOB_MISSING", original)], Found(whole, content, original));
        Assert.False(whole.IsSound);
        Assert.Equal((0, 2), (mended.Findings.Count, mended.Repaired.Count));
        Assert.Empty((await bench.CheckAsync()).Findings);
        Assert.Equal([10, 20, 30], await bench.ReadAsync(content));
    }

    [Fact]
    public async Task A_damaged_backup_puts_nothing_back()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var (_, content, _) = await bench.AddDatasetAsync("cars", [10, 20, 30], [40, 50]);
        await bench.BackupAsync(bench.Beside("backup"));
        OperationsBench.Overwrite(Directory.EnumerateFiles(bench.Beside("backup"), content.ToString(), SearchOption.AllDirectories).Single(), [1, 1, 1]);
        File.Delete(bench.FileOf(content));

        var report = await bench.CheckAsync(new() { From = bench.Beside("backup") });

        Assert.Equal("BLOB_MISSING", Assert.Single(report.Findings).Code);
    }

    [Fact]
    public async Task A_row_that_tells_another_length_is_found_without_reading()
    {
        await using var bench = await OperationsBench.CreateAsync();
        await bench.SqlAsync("""UPDATE "DatasetVersions" SET "SizeBytes" = 5""");

        var report = await bench.CheckAsync(new() { IsQuick = true });

        Assert.Equal("BLOB_LENGTH", Assert.Single(report.Findings).Code);
    }

    [Fact]
    public async Task What_is_left_over_is_harmless_and_goes_with_a_repair()
    {
        await using var bench = await OperationsBench.CreateAsync();
        var lost = await bench.Blobs.PutAsync(new MemoryStream([9, 9]), default);
        var leftover = bench.Get<StagingFolder>().PathOf(Guid.NewGuid());
        await File.WriteAllTextAsync(leftover, "half an upload");
        var young = await bench.CheckAsync();
        var old = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-3);
        File.SetLastWriteTimeUtc(bench.FileOf(lost.Hash), old);
        File.SetLastWriteTimeUtc(leftover, old);

        var report = await bench.CheckAsync();
        var repaired = await bench.CheckAsync(new() { Repair = true });

        Assert.Empty(young.Findings);
        Assert.Equal(["BLOB_ORPHAN", "STAGING_LEFTOVER"], report.Findings.Select(f => f.Code).Order());
        Assert.True(report.IsSound);
        Assert.Equal((0, 2), (repaired.Findings.Count, repaired.Repaired.Count));
        Assert.False(await bench.Blobs.ExistsAsync(lost.Hash, default) || File.Exists(leftover));
    }

    [Theory]
    [InlineData("VERSION_STUCK", """UPDATE "DatasetVersions" SET "State" = 'Importing'""", "DATASET_LATEST")]
    [InlineData("VERSION_EMPTY", """UPDATE "DatasetVersions" SET "ContentHash" = NULL""")]
    [InlineData("VERSION_LINEAGE", """UPDATE "DatasetVersions" SET "Parent" = 1""")]
    [InlineData("DATASET_LATEST", """UPDATE "Datasets" SET "LatestVersion" = 7""")]
    [InlineData("WORKSPACE_WITHOUT_MANAGER", """DELETE FROM "WorkspaceMembers" WHERE "Role" >= 3""")]
    [InlineData("ROW_WITHOUT_OWNER", """PRAGMA foreign_keys=OFF; DELETE FROM "Workspaces"; PRAGMA foreign_keys=ON""")]
    [InlineData("RUN_STUCK", """UPDATE "Runs" SET "State" = 'Running'""")]
    [InlineData("RUN_WITHOUT_MODEL", """UPDATE "Runs" SET "ModelHash" = NULL""")]
    public async Task A_state_that_cannot_be_is_named(string code, string sql, params string[] also)
    {
        await using var bench = await OperationsBench.CreateAsync();
        await bench.Blobs.PutAsync(new MemoryStream([1]), default);
        await bench.Lab.AddFinishedRunAsync(bench.Contexts, bench.Get<BlobSeal>());
        await PointRunsAtTheirBlobAsync(bench);
        Assert.Empty((await bench.CheckAsync()).Findings);
        await bench.SqlAsync(sql);

        var report = await bench.CheckAsync();

        Assert.Equal(also.Append(code).Order(), report.Findings.Select(f => f.Code).Distinct().Order());
        Assert.False(report.IsSound);
    }

    [Fact]
    public async Task A_job_whose_state_contradicts_its_lease_is_named()
    {
        await using var bench = await OperationsBench.CreateAsync();
        await using (var db = await bench.Contexts.CreateDbContextAsync())
        {
            db.Add(MLHub.Core.Jobs.Job.Create("dataset.import", bench.Lab.Id, bench.Lab.Editor.UserId, Guid.NewGuid(), TimeProvider.System.GetUtcNow().UtcDateTime));
            await db.SaveChangesAsync();
        }

        var before = await bench.CheckAsync();
        await bench.SqlAsync("""UPDATE "Jobs" SET "State" = 'Succeeded'""");
        var after = await bench.CheckAsync();

        Assert.Empty(before.Findings);
        Assert.Equal("JOB_STATE", Assert.Single(after.Findings).Code);
    }

    [Fact]
    public async Task Every_length_that_is_compared_is_a_column_and_every_new_hash_is_known_here()
    {
        await using var bench = await OperationsBench.CreateAsync();
        await using var db = await bench.Contexts.CreateDbContextAsync();
        // Nobody says how long these are; a new column belongs here or among the lengths.
        string[] without = ["DatasetVersion.RejectsHash", "Run.ContentHash", "Run.PredictionsHash"];

        var columns = BlobCollector.Columns(db.Model).ToDictionary(c => $"{c.Entity.ClrType.Name}.{c.Property.Name}", c => c.Entity);

        Assert.Equal(columns.Keys.Except(without).Order(), BlobNaming.Lengths.Keys.Order());
        Assert.All(BlobNaming.Lengths, l => Assert.NotNull(columns[l.Key].FindProperty(l.Value)));
    }

    [Fact]
    public async Task A_check_does_not_hold_up_those_who_write()
    {
        await using var bench = await OperationsBench.CreateAsync();
        await using var hold = await bench.Get<CollectionGate>().HoldAsync(default);

        var check = bench.CheckAsync();
        await bench.AddDatasetAsync("cars", [10], [20]);

        Assert.Empty((await check).Findings);
    }

    private static async Task PointRunsAtTheirBlobAsync(OperationsBench bench)
    {
        var blob = await bench.Blobs.PutAsync(new MemoryStream(new byte[10]), default);
        await bench.SqlAsync($"""UPDATE "Runs" SET "ContentHash" = '{blob.Hash}', "ModelHash" = '{blob.Hash}', "ModelBytes" = 10""");
    }

    private static IEnumerable<(string Code, BlobHash Hash)> Found(CheckReport report, params BlobHash[] hashes) =>
        report.Findings.Select(f => (f.Code, hashes.Single(h => f.Text.Contains(h.ToString(), StringComparison.Ordinal)))).OrderBy(f => f.Code);
}
