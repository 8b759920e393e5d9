using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes;

namespace MLHub.Tests.Datasets;

public sealed class DatasetReaderTests
{
    private static readonly string Table = "n,t,d,x\n" + string.Concat(Enumerable.Range(0, 1000).Select(i =>
        $"{i},{(i % 3 == 0 ? "Bonn" : i % 3 == 1 ? "rome" : "")},{new DateOnly(2024, 1, 1).AddDays(i % 10):yyyy-MM-dd},{(i % 7 == 0 ? "" : (i % 5) + ".5")}\n"));

    [Fact]
    public async Task A_window_in_the_order_of_the_file_has_typed_cells()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var window = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Offset = 501, Limit = 2 }, default);

        Assert.Equal((1000L, 1000L, 501L), (window.TotalRows, window.MatchedRows, window.RowIds[0]));
        Assert.Equal([501L, "Bonn", new DateOnly(2024, 1, 2), 1.5], Enumerable.Range(0, 4).Select(c => window.Cell(0, c)));
        Assert.Equal([502L, "rome", new DateOnly(2024, 1, 3), 2.5], Enumerable.Range(0, 4).Select(c => window.Cell(1, c)));
    }

    [Theory]
    [InlineData(998, 10, 2)]
    [InlineData(1000, 10, 0)]
    [InlineData(5_000_000_000, 10, 0)]
    [InlineData(0, 100_000, 1000)]
    [InlineData(0, 0, 0)]
    public async Task A_window_ends_with_the_table(long offset, int limit, int rows)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var window = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Offset = offset, Limit = limit }, default);

        Assert.Equal(rows, window.RowIds.Count);
    }

    [Fact]
    public async Task A_sorted_view_is_stable_and_keeps_missing_values_last()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        async Task<RowWindow> Sorted(bool descending, long offset) =>
            await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Sort = [new("x", descending)], Offset = offset, Limit = 3 }, default);

        Assert.Equal([5L, 10L, 15L], (await Sorted(false, 0)).RowIds);
        Assert.Equal([4L, 9L, 19L], (await Sorted(true, 0)).RowIds);
        Assert.Equal([0L, 7L, 14L], (await Sorted(false, 857)).RowIds);
        Assert.Equal([0L, 7L, 14L], (await Sorted(true, 857)).RowIds);
    }

    /// <summary>The numbers are 0 … 500 008 in a strange order: 500 009 is prime.</summary>
    [Fact]
    public async Task Windows_of_a_large_table_fit_together_wherever_they_begin()
    {
        const int rows = 500_009;
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("place,t\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i * 7919L % rows},{(i % 2 == 0 ? "even" : "odd")}\n")));

        async Task<RowWindow> Read(string? filter, bool descending, long offset, int limit) => await bench.Reader.ReadAsync(
            bench.Ada, made.DatasetId, 1, new() { Sort = [new("place", descending)], Filter = filter, Offset = offset, Limit = limit }, default);
        async Task Sees(string? filter, bool descending, long offset, int limit, long matched, IEnumerable<long> places)
        {
            var window = await Read(filter, descending, offset, limit);
            Assert.Equal((rows, matched), (window.TotalRows, window.MatchedRows));
            Assert.Equal(places, Enumerable.Range(0, window.RowIds.Count).Select(r => (long)window.Cell(r, 0)!));
            Assert.All(Enumerable.Range(0, window.RowIds.Count), r => Assert.Equal(window.RowIds[r] * 7919L % rows, window.Cell(r, 0)));
        }

        await Sees(null, false, 0, 5, rows, [0, 1, 2, 3, 4]);
        await Sees(null, false, 3990, 1000, rows, Enumerable.Range(3990, 1000).Select(i => (long)i));
        await Sees(null, true, 250_000, 3, rows, [250_008, 250_007, 250_006]);
        await Sees(null, true, rows - 2, 10, rows, [1, 0]);
        await Sees("place < 9000", true, 0, 3, 9000, [8999, 8998, 8997]);
        await Sees("place < 9000", true, 8998, 200, 9000, [1, 0]);
        await Sees("place < 0", false, 0, 200, 0, []);
        await Sees("place < 10", false, 5_000_000_000, 10, 10, []);
        await Sees("place < 10", false, 15, 10, 10, []);
        Assert.Equal("BAD_FILTER", (await Assert.ThrowsAsync<HubException>(() => Read("t matches '('", false, 0, 10))).Code);
    }

    [Theory]
    [InlineData("n < 10", 10)]
    [InlineData("n >= 10 and n <= 19", 10)]
    [InlineData("t = 'Bonn'", 334)]
    [InlineData("t contains 'BON'", 334)]
    [InlineData("t != 'Bonn'", 666)]
    [InlineData("t is null", 333)]
    [InlineData("t is not null and not (t = 'rome')", 334)]
    [InlineData("d = '2024-01-03'", 100)]
    [InlineData("d > '2024-01-08' or n = 0", 201)]
    [InlineData("x > 1.25 and x < 2", 172)]
    [InlineData("\"n\" = -1", 0)]
    [InlineData("n in (1, 2, 3.0, 5000)", 3)]
    [InlineData("t not in ('Bonn')", 666)]
    [InlineData("n between 10 and 19 and t = 'Bonn'", 3)]
    [InlineData("n not between 1 and 999", 1)]
    [InlineData("d between '2024-01-03' and '2024-01-04'", 200)]
    [InlineData("d in ('2024-01-03')", 100)]
    [InlineData("t is missing", 333)]
    [InlineData("t is not missing", 667)]
    [InlineData("t not contains 'on'", 666)]
    [InlineData("t starts with 'bo' or t ends with 'ME'", 667)]
    [InlineData("t matches '^B.+n$'", 334)]
    [InlineData("not t matches '^B' and t is not missing", 333)]
    [InlineData("t length = 4", 667)]
    [InlineData("x is finite", 857)]
    [InlineData("* contains 'ROM'", 333)]
    [InlineData("* contains '; drop table t'", 0)]
    public async Task A_filter_leaves_the_rows_that_it_says(string filter, long matched)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var window = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Filter = filter, Limit = 5 }, default);

        Assert.Equal((matched, 1000L, Math.Min(5, (int)matched)), (window.MatchedRows, window.TotalRows, window.RowIds.Count));
    }

    [Theory]
    [InlineData("n <", "BAD_FILTER")]
    [InlineData("n = x", "BAD_FILTER")]
    [InlineData("n = 1; drop table t", "BAD_FILTER")]
    [InlineData("(n = 1", "BAD_FILTER")]
    [InlineData("t = 'open", "BAD_FILTER")]
    [InlineData("zzz = 1", "UNKNOWN_COLUMN")]
    [InlineData("d = 'yesterday'", "BAD_FILTER")]
    [InlineData("n in ()", "BAD_FILTER")]
    [InlineData("n in (1", "BAD_FILTER")]
    [InlineData("n between 1", "BAD_FILTER")]
    [InlineData("t starts 'B'", "BAD_FILTER")]
    [InlineData("t matches '('", "BAD_FILTER")]
    [InlineData("t matches '(a)\\1'", "BAD_FILTER")]
    [InlineData("t matches '[a&&b]{1001}'", "BAD_FILTER")]
    [InlineData("* = 1", "BAD_FILTER")]
    public async Task A_filter_that_cannot_be_understood_is_refused_with_the_place(string filter, string code)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync(Table);

        var refused = await Assert.ThrowsAsync<HubException>(() => bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Filter = filter }, default));

        Assert.Equal(code, refused.Code);
    }

    [Fact]
    public async Task Columns_with_names_of_SQL_can_be_sorted_and_filtered()
    {
        await using var bench = await DatasetBench.CreateAsync();
        const string name = "x\"; drop table t;--";
        var made = await bench.ImportAsync("select,\"x\"\"; drop table t;--\",__row_id\n1,b,9\n2,a,8\n");

        var window = await bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Sort = [new(name)], Filter = "\"x\"\"; drop table t;--\" != 'c' and select > 0" }, default);

        Assert.Equal(["select", name, "__row_id_2"], window.Columns.Select(c => c.Name));
        Assert.Equal([1L, 0L], window.RowIds);
    }

    [Fact]
    public async Task A_view_is_exported_as_it_is_filtered_and_sorted()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n1,=x\n2,y\n3,y\n");

        var file = await bench.Export.OpenViewAsync(bench.Ada, made.DatasetId, 1, new() { Filter = "a > 1 or b contains '='", Sort = [new("b"), new("a", true)] }, raw: false, default);
        using var content = new MemoryStream();
        await file.WriteAsync!(content, default);

        Assert.Equal("a,b\n1,'=x\n3,y\n2,y\n", System.Text.Encoding.UTF8.GetString(content.ToArray()));
        await Assert.ThrowsAsync<HubException>(() => bench.Export.OpenViewAsync(bench.Eve, made.DatasetId, 1, new(), raw: false, default));
    }

    [Fact]
    public async Task Rejected_rows_are_paged()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n" + string.Concat(Enumerable.Range(0, 600).Select(i => i is 100 or 200 or 300 ? "short\n" : $"{i},x\n")));

        var first = await bench.Reader.RejectsAsync(bench.Ada, made.DatasetId, 1, new(2), default);
        var second = await bench.Reader.RejectsAsync(bench.Ada, made.DatasetId, 1, new(2, first.NextPageToken), default);

        Assert.Equal([102L, 202L], first.Items.Select(r => r.Line));
        Assert.Equal(302, Assert.Single(second.Items).Line);
        Assert.Null(second.NextPageToken);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("-2.5x", "'-2.5x")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("＝1", "'＝1")]
    [InlineData("plain", "plain")]
    public async Task An_exported_csv_runs_nothing_in_a_spreadsheet(string cell, string exported)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync($"a,b\n\"{cell}\",x\nword,y\n");

        Assert.Equal($"a,b\n{exported},x\nword,y\n", await ExportAsync(bench, made.DatasetId, ExportFormat.Csv, raw: false));
        Assert.Equal($"a,b\n{cell},x\nword,y\n", await ExportAsync(bench, made.DatasetId, ExportFormat.Csv, raw: true));
    }

    [Theory]
    [InlineData(@"x\Z")]
    [InlineData(@"\p{IsGreek}")]
    [InlineData("a{2000}")]
    public async Task A_pattern_that_only_the_engine_refuses_is_told_as_a_bad_filter_everywhere(string pattern)
    {
        await using var bench = await DatasetBench.CreateAsync();
        var made = await bench.ImportAsync("a,b\n1,x\n2,y\n");
        var filter = $"b matches '{pattern}'";
        var export = await bench.Export.OpenViewAsync(bench.Ada, made.DatasetId, 1, new() { Filter = filter }, raw: false, default);
        Func<Task>[] ways =
        [
            () => bench.Reader.ReadAsync(bench.Ada, made.DatasetId, 1, new() { Filter = filter }, default),
            () => export.WriteAsync!(Stream.Null, default),
            () => bench.Services.GetRequiredService<RecipePreviewService>().PreviewAsync(bench.Ada, made.DatasetId, 1, new() { Sample = SampleKind.Filter, Filter = filter }, default),
        ];

        foreach (var way in ways)
        {
            Assert.Equal("BAD_FILTER", (await Assert.ThrowsAsync<HubException>(way)).Code);
        }
    }

    [Fact]
    public async Task Exports_hold_the_values_and_not_the_row_id()
    {
        await using var bench = await DatasetBench.CreateAsync();
        const string text = "a,b,c,d\n1,x y,2024-01-02,true\n,\"q,\"\"z\"\"\",,false\n";
        var made = await bench.ImportAsync(text);

        Assert.Equal(text, await ExportAsync(bench, made.DatasetId, ExportFormat.Csv, raw: false));
        Assert.Equal(text, await ExportAsync(bench, made.DatasetId, ExportFormat.Original, raw: false));
        Assert.Equal(
            "[\n{\"a\":1,\"b\":\"x y\",\"c\":\"2024-01-02\",\"d\":true},\n{\"a\":null,\"b\":\"q,\\u0022z\\u0022\",\"c\":null,\"d\":false}\n]\n",
            await ExportAsync(bench, made.DatasetId, ExportFormat.Json, raw: false));
        var parquet = await bench.Export.OpenAsync(bench.Ada, made.DatasetId, 1, ExportFormat.Parquet, false, default);
        await using var content = parquet.Content!;
        Assert.True(content.CanSeek && content.Length > 100);
    }

    private static async Task<string> ExportAsync(DatasetBench bench, Guid datasetId, ExportFormat format, bool raw)
    {
        var file = await bench.Export.OpenAsync(bench.Ada, datasetId, 1, format, raw, default);
        await using var target = new MemoryStream();
        if (file.Content is { } content)
        {
            await using (content)
            {
                await content.CopyToAsync(target);
            }
        }
        else
        {
            await file.WriteAsync!(target, default);
        }

        return System.Text.Encoding.UTF8.GetString(target.ToArray());
    }
}
