using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Comparison;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

/// <summary>Comparisons of versions; figures of real tables are those of pandas 1.5.3 (reference_diffs.py made reference_diffs.json).</summary>
public sealed class DatasetDiffTests
{
    private const string Old = "id,name,size\n1,Ann,10\n2,Bob,20\n3,Cid,\n";
    private const string New = "id,name,size\n4,Dan,40\n3,Cid,30\n1,Ann,10\n";

    [Fact]
    public async Task Rows_are_compared_by_the_key_that_is_unique_in_both()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, Old, New);

        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2), default);

        Assert.Equal(["id"], diff.Rows.Key);
        Assert.True(diff.Rows.KeyIsGuessed);
        Assert.Equal((1, 1, 1, 1), (diff.Rows.Added, diff.Rows.Removed, diff.Rows.Changed, diff.Rows.Same));
        var changed = diff.Rows.Sample.Single(r => r.Kind == RowChange.Changed);
        var cell = Assert.Single(changed.Cells, c => c.IsChanged);
        Assert.Equal(("size", null, 30L), (cell.Column, cell.From, cell.To));
        Assert.Equal((2L, 1L), (changed.FromRow, changed.ToRow));
    }

    [Fact]
    public async Task The_rows_that_differ_are_paged_and_filtered_by_kind_and_column()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, Old, New);

        async Task<string> Find(ChangedRowQuery query)
        {
            var found = await Diffs(bench).RowsAsync(bench.Ada, id, new(1, 2), query, default);
            return $"{found.Total}: {string.Join(' ', found.Rows.Select(r => $"{r.Kind}-{r.Cells[0].To ?? r.Cells[0].From}"))}";
        }

        Assert.Equal("3: Added-4 Removed-2 Changed-3", await Find(new()));
        Assert.Equal("3: Removed-2", await Find(new() { Offset = 1, Limit = 1 }));
        Assert.Equal("1: Removed-2", await Find(new() { Kind = RowChange.Removed }));
        Assert.Equal("1: Changed-3", await Find(new() { Column = "size" }));
        Assert.Equal("0: ", await Find(new() { Column = "name" }));
    }

    [Fact]
    public async Task Without_a_key_rows_that_occur_twice_count_twice()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, "a,b\n1,x\n1,x\n1,x\n2,y\n", "a,b\n2,y\n1,x\n3,z\n3,z\n");

        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2), default);

        Assert.Empty(diff.Rows.Key);
        Assert.Equal((2, 2, 0, 2), (diff.Rows.Added, diff.Rows.Removed, diff.Rows.Changed, diff.Rows.Same));
    }

    [Fact]
    public async Task A_key_that_is_not_unique_or_not_complete_is_refused_with_an_example()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, "a,b\n1,x\n2,x\n3,\n", "a,b\n1,x\n2,y\n3,z\n");

        var twice = await Assert.ThrowsAsync<HubException>(() => Diffs(bench).CompareAsync(bench.Ada, id, new(2, 1, ["b"]), default));
        var unknown = await Assert.ThrowsAsync<HubException>(() => Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2, ["c"]), default));
        var other = await TwoAsync(bench, "a,b\n1,x\n2,x\n3,y\n", "a,b\n1,x\n2,y\n3,z\n", "other");
        var shared = await Assert.ThrowsAsync<HubException>(() => Diffs(bench).CompareAsync(bench.Ada, other, new(1, 2, ["b"]), default));

        Assert.Equal(("KEY_MISSING", "UNKNOWN_COLUMN", "KEY_NOT_UNIQUE"), (twice.Code, unknown.Code, shared.Code));
        Assert.Contains("2 rows share their b with another row, for example x", shared.Message);
    }

    [Fact]
    public async Task Several_columns_may_be_the_key()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, "m,d,v\n1,1,5\n1,2,6\n2,1,7\n2,1,8\n", "m,d,v\n1,1,5\n1,2,9\n2,1,7\n2,2,7\n");

        var refused = await Assert.ThrowsAsync<HubException>(() => Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2, ["m", "d"]), default));
        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(2, 2, ["m", "d"]), default);

        Assert.Contains("m + d", refused.Message);
        Assert.Equal((0, 0, 0, 4), (diff.Rows.Added, diff.Rows.Removed, diff.Rows.Changed, diff.Rows.Same));
        Assert.All(diff.Statistics, s => Assert.Equal(0, s.Psi!.Value, 12));
    }

    [Fact]
    public async Task Columns_that_came_went_changed_their_type_or_only_their_name_are_told()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, "id,gone,size,when\n1,x,3,5\n2,y,4,6\n", "id,size,weekday,come\n1,3.5,5,a\n2,4,6,b\n");

        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2), default);
        var confirmed = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2) { Renames = new Dictionary<string, string> { ["when"] = "weekday" } }, default);

        Assert.Equal(["weekday", "come"], diff.Schema.Added.Select(c => c.Name));
        Assert.Equal(["gone", "when"], diff.Schema.Removed.Select(c => c.Name));
        Assert.Equal([new RetypedColumn("size", ColumnType.Integer, ColumnType.Number)], diff.Schema.Retyped);
        Assert.Equal([new RenamedColumn("when", "weekday", false)], diff.Schema.Renamed);
        Assert.DoesNotContain(diff.Statistics, s => s.Column == "when");
        Assert.Equal((1, 1), (diff.Rows.Changed, diff.Rows.Same));
        Assert.Equal([new RenamedColumn("when", "weekday", true)], confirmed.Schema.Renamed);
        Assert.Equal("weekday", confirmed.Statistics.Single(s => s.Column == "when").ToColumn);
    }

    [Fact]
    public async Task Hostile_names_and_values_are_only_names_and_values()
    {
        await using var bench = await DatasetBench.CreateAsync();
        const string header = "\"id\"\"; DROP TABLE changes; --\",'); SELECT 1; --\n";
        var id = await TwoAsync(bench, header + "a'b,<b>x</b>\n\"c\"\"d\",y\n", header + "a'b,<i>x</i>\n\"c\"\"d\",y\n");

        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2, ["id\"; DROP TABLE changes; --"]), default);

        Assert.Equal((0, 0, 1, 1), (diff.Rows.Added, diff.Rows.Removed, diff.Rows.Changed, diff.Rows.Same));
        Assert.Contains(diff.Rows.Sample[0].Cells, c => c is { From: "<b>x</b>", To: "<i>x</i>", IsChanged: true });
    }

    [Fact]
    public async Task What_was_found_is_kept_and_the_same_for_everybody()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var id = await TwoAsync(bench, Old, New);
        var first = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2), default);
        var files = Directory.GetFiles(Path.Combine(bench.DataPath, "cache", "diffs"));

        await bench.RestartAsync();
        var again = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2), default);

        Assert.Equal(2, files.Length);
        Assert.Equal(files.Order(), Directory.GetFiles(Path.Combine(bench.DataPath, "cache", "diffs")).Order());
        Assert.Equal(HubJson.Write(first), HubJson.Write(again));
        var stranger = await Assert.ThrowsAsync<HubException>(() => Diffs(bench).CompareAsync(bench.Eve, id, new(1, 2), default));
        Assert.Equal(Refusal.NotFound, stranger.Refusal);
    }

    [Fact]
    public async Task Figures_of_an_edited_table_are_those_of_pandas()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var edited = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Datasets", "files", "airquality_v2.csv"));
        var id = await TwoAsync(bench, await File.ReadAllTextAsync(TestData.Path("airquality.csv")), edited);

        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2, ["Month", "Day"]), default);

        AssertAsPandas("airquality", diff);
        Assert.Equal(["Season"], diff.Schema.Added.Select(c => c.Name));
        Assert.Equal(["Solar.R"], diff.Schema.Removed.Select(c => c.Name));
    }

    [Fact]
    public async Task Figures_of_tables_without_a_key_are_those_of_pandas()
    {
        await using var bench = await DatasetBench.CreateAsync();
        var lines = (await File.ReadAllLinesAsync(TestData.Path("diamonds.csv"))).Select(l => l.Split(',')).Select(c => string.Join(',', c[1], c[2], c[3], c[5])).ToList();
        string Part(int from, int count) => string.Join('\n', lines.Skip(1 + from).Take(count).Prepend(lines[0])) + "\n";
        var id = await TwoAsync(bench, Part(0, 30_000), Part(10_000, 30_000));

        var diff = await Diffs(bench).CompareAsync(bench.Ada, id, new(1, 2), default);

        AssertAsPandas("diamonds", diff);
    }

    [Fact]
    [Trait(Category.Trait, Category.Slow)]
    public void A_million_rows_are_compared_within_a_quarter_of_a_gigabyte()
    {
        using var folder = new TestFolder();
        using var connection = Sql.Open(null, folder.Path, 2, 256L * 1024 * 1024);
        var columns = Enumerable.Range(0, 20).Select(i => new DatasetColumn($"c{i}", i == 0 ? ColumnType.Integer : ColumnType.Number, ColumnMeaning.Quantity, false)).ToList();
        var random = string.Join(", ", Enumerable.Range(1, 19).Select(i => $"(hash(id * 31 + {i}) % 1000000)::DOUBLE / 1000 AS c{i}"));
        string Write(string name, string rows)
        {
            connection.Run($"COPY (SELECT row_number() OVER () - 1 AS {Sql.Name(ColumnSchema.RowId)}, id AS c0, {random} FROM ({rows})) TO {Sql.Text(folder.File(name))} (FORMAT parquet)");
            return folder.File(name);
        }

        var from = Write("from", "SELECT range AS id FROM range(1000000)");
        var edited = Write("to", "SELECT range + 1000 AS id FROM range(1000000) ORDER BY id DESC");
        connection.Run($"COPY (SELECT * REPLACE (CASE WHEN c0 % 10 = 0 THEN c5 + 1 ELSE c5 END AS c5) FROM read_parquet({Sql.Text(edited)})) TO {Sql.Text(folder.File("new"))} (FORMAT parquet)");
        var pairs = columns.Select(c => new MLHub.Core.Datasets.Comparison.MatchedColumns(c, c)).ToList();
        var plan = new DiffPlan(pairs, [pairs[0]], false, new([], [], [], []));
        var engine = new DiffEngine(connection, from, folder.File("new"), default);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var counts = engine.FindRows(plan, folder.File("rows"));
        var cells = engine.CountCells(plan);
        var profiler = new DatasetProfiler(folder.Path, 2, 256L * 1024 * 1024);
        var found = clock.Elapsed;
        var (before, after) = (profiler.Profile(from, [.. columns.Select(c => c.Schema)], _ => { }, default), profiler.Profile(folder.File("new"), [.. columns.Select(c => c.Schema)], _ => { }, default));
        clock.Restart();
        var statistics = new DiffStatistics(connection, engine, from, folder.File("new")).Compute(plan, before, after, cells, () => { });

        TestContext.Current.TestOutputHelper?.WriteLine($"1 M x 20 rows: rows {found.TotalSeconds:0.0} s, statistics {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal((1000, 1000, 99_900), counts);
        Assert.Equal(99_900, cells[5]);
        Assert.Equal(99_900, cells.Sum());
        // The key moved by a thousandth: the first tenth lost 1000 rows, the last won them.
        Assert.Equal("c0", statistics[0].Column);
        Assert.Equal((0.101 - 0.1) * Math.Log(1.01) + (0.099 - 0.1) * Math.Log(0.99), statistics[0].Psi!.Value, 9);
    }

    private static void AssertAsPandas(string name, DatasetDiff diff)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Datasets", "reference_diffs.json")));
        var reference = document.RootElement.GetProperty(name);
        var rows = reference.GetProperty("rows");
        Assert.Equal(
            (rows.GetProperty("added").GetInt64(), rows.GetProperty("removed").GetInt64(), rows.GetProperty("changed").GetInt64(), rows.GetProperty("same").GetInt64()),
            (diff.Rows.Added, diff.Rows.Removed, diff.Rows.Changed, diff.Rows.Same));
        foreach (var column in reference.GetProperty("statistics").EnumerateObject())
        {
            var found = diff.Statistics.Single(s => s.Column == column.Name);
            Assert.Equal(column.Value.GetProperty("psi").GetDouble(), found.Psi!.Value, 10);
            Assert.Equal((column.Value.GetProperty("missingFrom").GetInt64(), column.Value.GetProperty("missingTo").GetInt64()), (found.MissingFrom, found.MissingTo));
            AssertSame(column.Value.GetProperty("meanFrom"), found.MeanFrom);
            AssertSame(column.Value.GetProperty("meanTo"), found.MeanTo);
            if (rows.TryGetProperty("cells", out var cells))
            {
                Assert.Equal(cells.TryGetProperty(column.Name, out var count) ? count.GetInt64() : 0, found.Changed);
            }
        }
    }

    private static void AssertSame(JsonElement expected, double? found)
    {
        Assert.Equal(expected.ValueKind == JsonValueKind.Null, found is null);
        if (found is { } value)
        {
            Assert.Equal(expected.GetDouble(), value, 9);
        }
    }

    private static DatasetDiffService Diffs(DatasetBench bench) => bench.Services.GetRequiredService<DatasetDiffService>();

    private static async Task<Guid> TwoAsync(DatasetBench bench, string older, string newer, string name = "table")
    {
        var first = await bench.ImportAsync(older, new(bench.WorkspaceId, "a.csv") { Name = name });
        await bench.ImportAsync(newer, new(bench.WorkspaceId, "b.csv") { DatasetId = first.DatasetId });
        return first.DatasetId;
    }
}
