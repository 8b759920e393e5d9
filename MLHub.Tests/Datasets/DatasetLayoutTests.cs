using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Tests.Datasets;

public sealed class DatasetLayoutTests
{
    [Fact]
    public async Task A_layout_is_kept_per_person_and_dataset()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n1,2\n");
        var other = await bench.ImportAsync("a,b\n1,2\n", new(bench.WorkspaceId, "other.csv"));
        var layouts = bench.Services.GetRequiredService<DatasetLayoutService>();

        await layouts.SaveAsync(bench.Ada, made.DatasetId, new() { Hidden = ["a"], Widths = new Dictionary<string, int> { ["b"] = 10 } }, default);
        await layouts.SaveAsync(bench.Ada, made.DatasetId, new() { Frozen = ["b"], Order = ["b", "a"] }, default);

        var kept = await layouts.GetAsync(bench.Ada, made.DatasetId, default);
        Assert.Equal((0, "b", "b a"), (kept.Hidden.Count, string.Join(' ', kept.Frozen), string.Join(' ', kept.Order)));
        Assert.Empty((await layouts.GetAsync(bench.Ada, other.DatasetId, default)).Order);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => layouts.GetAsync(bench.Eve, made.DatasetId, default))).Refusal);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => layouts.SaveAsync(bench.Eve, made.DatasetId, new(), default))).Refusal);
    }

    [Fact]
    public async Task A_layout_larger_than_any_table_is_refused()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n1,2\n");
        var layouts = bench.Services.GetRequiredService<DatasetLayoutService>();

        var refused = await Assert.ThrowsAsync<HubException>(() => layouts.SaveAsync(bench.Ada, made.DatasetId, new() { Hidden = [new string('x', 300)] }, default));

        Assert.Equal("BAD_LAYOUT", refused.Code);
    }
}
