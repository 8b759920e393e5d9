using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

public sealed class DatasetServiceTests
{
    private const string People = "name,age,city\nAnn,31,Bonn\nBob,,Rome\nCid,25,\n";

    [Fact]
    public async Task An_uploaded_file_becomes_a_ready_version_with_a_profile()
    {
        await using var bench = await DatasetBench.CreateAsync();

        var accepted = await bench.ImportAsync(People);

        var dataset = await bench.Datasets.GetAsync(bench.Ada, accepted.DatasetId, default);
        Assert.Equal(("people", 1, 3L, 3), (dataset.Name, dataset.LatestVersion!.Value, dataset.RowCount!.Value, dataset.ColumnCount!.Value));
        var version = await bench.Datasets.VersionAsync(bench.Ada, accepted.DatasetId, null, default);
        Assert.Equal((DatasetVersionState.Ready, "people.csv", 64), (version.State, version.OriginalName, version.ContentHash!.Length));
        var profile = await bench.Datasets.ProfileAsync(bench.Ada, accepted.DatasetId, 1, default);
        Assert.Equal(1, profile.Columns[1].Missing);
    }

    [Fact]
    public async Task Before_its_import_a_version_can_be_seen_but_not_read()
    {
        await using var bench = await DatasetBench.CreateAsync();

        var accepted = await bench.UploadAsync(People);

        var dataset = await bench.Datasets.GetAsync(bench.Ada, accepted.DatasetId, default);
        Assert.Equal((null, DatasetVersionState.Importing), (dataset.LatestVersion, dataset.Newest!.State));
        var refused = await Assert.ThrowsAsync<HubException>(() => bench.Reader.ReadAsync(bench.Ada, accepted.DatasetId, 1, new(), default));
        Assert.Equal("VERSION_NOT_READY", refused.Code);
    }

    [Fact]
    public async Task A_failed_import_says_why_and_leaves_the_head_where_it_was()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var first = await bench.ImportAsync(People);

        await bench.ImportAsync("a,b\n1,\"open\n", new(bench.WorkspaceId, "broken.csv") { DatasetId = first.DatasetId });

        var dataset = await bench.Datasets.GetAsync(bench.Ada, first.DatasetId, default);
        Assert.Equal((1, 2, DatasetVersionState.Failed, "CSV_QUOTE_UNCLOSED"), (dataset.LatestVersion!.Value, dataset.Newest!.Number, dataset.Newest.State, dataset.Newest.ErrorCode));
    }

    [Fact]
    public async Task An_import_that_ends_late_does_not_move_the_head_back()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var first = await bench.UploadAsync(People);
        var second = await bench.UploadAsync(People, new(bench.WorkspaceId, "more.csv") { DatasetId = first.DatasetId });

        await bench.RunJobAsync(second.JobId);
        await bench.RunJobAsync(first.JobId);

        Assert.Equal(2, (await bench.Datasets.GetAsync(bench.Ada, first.DatasetId, default)).LatestVersion);
    }

    [Fact]
    public async Task Names_are_unique_among_the_living_without_regard_to_case()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var first = await bench.UploadAsync(People);
        var named = new UploadRequest(bench.WorkspaceId, "x.csv") { Name = "PEOPLE" };

        var refused = await Assert.ThrowsAsync<HubException>(() => bench.UploadAsync(People, named));
        var numbered = await bench.UploadAsync(People);
        await bench.Datasets.DeleteAsync(bench.Ada, first.DatasetId, default);
        await bench.UploadAsync(People, named);

        Assert.Equal(Refusal.Conflict, refused.Refusal);
        Assert.Equal("people 2", (await bench.Datasets.GetAsync(bench.Ada, numbered.DatasetId, default)).Name);
    }

    [Fact]
    public async Task To_a_stranger_nothing_exists()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var accepted = await bench.ImportAsync(People);
        Func<Task>[] calls =
        [
            () => bench.Datasets.GetAsync(bench.Eve, accepted.DatasetId, default),
            () => bench.Datasets.VersionAsync(bench.Eve, accepted.DatasetId, 1, default),
            () => bench.Datasets.VersionsAsync(bench.Eve, accepted.DatasetId, new(), default),
            () => bench.Datasets.ProfileAsync(bench.Eve, accepted.DatasetId, 1, default),
            () => bench.Datasets.RenameAsync(bench.Eve, accepted.DatasetId, "mine", default),
            () => bench.Datasets.DeleteAsync(bench.Eve, accepted.DatasetId, default),
            () => bench.Datasets.ListAsync(bench.Eve, bench.WorkspaceId, new(), default),
            () => bench.Reader.ReadAsync(bench.Eve, accepted.DatasetId, 1, new(), default),
            () => bench.Reader.RejectsAsync(bench.Eve, accepted.DatasetId, 1, new(), default),
            () => bench.Export.OpenAsync(bench.Eve, accepted.DatasetId, 1, ExportFormat.Original, false, default),
            () => bench.Uploads.ReceiveAsync(bench.Eve, new(bench.WorkspaceId, "x.csv"), Stream.Null, default),
            () => bench.Uploads.CreateAsync(bench.Eve, new(bench.WorkspaceId, "x.csv"), 10, default),
            () => bench.Uploads.CreateTicketAsync(bench.Eve, bench.WorkspaceId, null, default),
        ];

        foreach (var call in calls)
        {
            Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(call)).Refusal);
        }
    }

    [Fact]
    public async Task Lists_are_searched_by_name_description_and_tag()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var one = await bench.UploadAsync(People, new(bench.WorkspaceId, "a.csv") { Name = "Sales 100%" });
        var two = await bench.UploadAsync(People, new(bench.WorkspaceId, "b.csv") { Name = "Weather", Description = "Rain in Bonn" });
        await bench.Datasets.TagAsync(bench.Ada, one.DatasetId, ["Gold ", "gold"], default);

        async Task<string> Find(string? search, string? tag = null) => string.Join(
            ',', (await bench.Datasets.ListAsync(bench.Ada, bench.WorkspaceId, new() { Search = search, Tag = tag }, default)).Items.Select(d => d.Name));

        Assert.Equal("Sales 100%", await Find("sales"));
        Assert.Equal("Sales 100%", await Find("0%"));
        Assert.Equal("Weather", await Find("RAIN"));
        Assert.Equal("Sales 100%", await Find(null, "gold"));
        Assert.Equal("", await Find("a_e"));
        Assert.Equal(2, (await bench.Datasets.CountsAsync(bench.Ada, bench.WorkspaceId, default)).Datasets);
        Assert.NotEqual(one.DatasetId, two.DatasetId);
    }
}
