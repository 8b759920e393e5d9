using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

public sealed class ColumnPairTests
{
    [Fact]
    public async Task Numbers_by_class_have_the_boxes_of_numpy()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(await File.ReadAllTextAsync(TestData.Path("iris.csv"), TestContext.Current.CancellationToken));

        var pair = await Pair(bench, made.DatasetId, "Sepal.Width", "Species");

        // pandas: iris.groupby("Species")["Sepal.Width"].describe(); whiskers by matplotlib's boxplot_stats.
        var setosa = pair.Groups!.Single(g => g.Value == "setosa");
        Assert.Equal((50L, 2.3, 3.2, 3.4, 3.675, 4.4), (setosa.Count, setosa.Min, setosa.P25, setosa.Median, Math.Round(setosa.P75, 9), setosa.Max));
        Assert.Equal((2.9, 4.2, 3.428), (setosa.Low, setosa.High, Math.Round(setosa.Mean, 9)));
        Assert.Equal(150, pair.Rows);
        Assert.Equal([50L, 50L, 50L], pair.Groups!.Select(g => g.Bins.Sum()));
        Assert.Equal(pair.Bins!.Count, setosa.Bins.Count);
    }

    [Fact]
    public async Task Classes_come_second_whichever_way_they_are_asked_for()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var pair = await Pair(bench, made.DatasetId, "t", "x");

        Assert.Equal(("x", "t"), (pair.X, pair.Y));
        Assert.Equal(["b", "a"], pair.Groups!.Select(g => g.Value));
    }

    [Fact]
    public async Task Two_numbers_are_points_and_two_classes_a_table()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var points = await Pair(bench, made.DatasetId, "x", "y");
        var table = await Pair(bench, made.DatasetId, "t", "u");

        Assert.Equal((39, 39L), (points.Points!.Count, points.Rows));
        Assert.All(points.Points, p => Assert.Equal((p.RowId + 0.5, (2 * p.RowId) + 0.25), (p.X, p.Y)));
        Assert.Equal(["b", "a"], table.Table!.XValues);
        Assert.Equal(40, table.Table.Counts.Sum(r => r.Sum()));
    }

    [Fact]
    public async Task Strangers_and_unknown_columns_get_nothing()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);
        var pairs = (ColumnPairService)bench.Services.GetService(typeof(ColumnPairService))!;

        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<HubException>(() => pairs.GetAsync(bench.Eve, made.DatasetId, 1, "x", "t", default))).Refusal);
        Assert.Equal("UNKNOWN_COLUMN", (await Assert.ThrowsAsync<HubException>(() => pairs.GetAsync(bench.Ada, made.DatasetId, 1, "x", "zzz", default))).Code);
    }

    private static readonly string Table = "x,y,t,u\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"{i + 0.5},{(i == 39 ? "" : (2 * i) + 0.25)},{(i % 3 == 0 ? "a" : "b")},{(i % 4 == 0 ? "p" : "q")}\n")));

    private static Task<ColumnPair> Pair(DatasetBench bench, Guid datasetId, string x, string y) =>
        ((ColumnPairService)bench.Services.GetService(typeof(ColumnPairService))!).GetAsync(bench.Ada, datasetId, 1, x, y, TestContext.Current.CancellationToken);
}
