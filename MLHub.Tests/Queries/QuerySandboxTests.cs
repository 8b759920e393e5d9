using System.Diagnostics;
using DuckDB.NET.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Queries;
using MLHub.Tests.Support;
using MLHub.Training.Sandbox;

namespace MLHub.Tests.Queries;

/// <summary>The sandbox as a whole: real child processes behind real walls.</summary>
public sealed class QuerySandboxTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<SandboxLevel> Levels => [SandboxLevel.Full, SandboxLevel.Container, SandboxLevel.LimitsOnly];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_query_is_answered_at_each_level(SandboxLevel level)
    {
        await using var sandbox = await SandboxAsync(level);

        var rows = await sandbox.ReadAsync(
            new("SELECT d.name, sum(d.n) AS total, max(v1.day) AS day FROM dataset d JOIN v1 USING (n) GROUP BY ALL ORDER BY 1;", [Table("dataset"), Table("v1")]), 10, Token);

        Assert.Equal([new("name", ColumnType.Text), new("total", ColumnType.Integer), new("day", ColumnType.Date)], rows.Columns);
        Assert.Equal([["even", 20L, new DateOnly(2024, 1, 9)], ["odd", 25L, new DateOnly(2024, 1, 10)]], rows.Rows);
        Assert.False(rows.HasMore);
    }

    [Fact]
    public async Task Ordinary_queries_are_answered()
    {
        var scratch = Directory.CreateDirectory(_folder.File("scratch")).FullName;
        using var engine = LockedEngine.Open([Table("dataset"), Table("v1")], new(30, 256, 1, 1000, 64), scratch, toDatabase: false, copyTables: false);
        using var idle = new DuckDBConnection("Data Source=:memory:");
        await idle.OpenAsync(Token);
        var gate = new SqlGate(idle);

        foreach (var sql in HostileSql.Ordinary)
        {
            Assert.NotEmpty(engine.Read(gate.Check(sql, ["dataset", "v1"]), 100, 1_000_000, Token).Columns);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task The_self_test_finds_no_hole_where_there_are_walls(SandboxLevel level)
    {
        await using var sandbox = await SandboxAsync(level);
        var status = new SandboxStatus();

        using var test = new SandboxSelfTest(sandbox, status, Options.Create(SandboxBench.Settings(level)), NullLogger<SandboxSelfTest>.Instance);
        await test.TestAsync(Token);

        Assert.Equal(level, status.Report.Level);
        var open = status.Report.Checks.Where(c => !c.IsStopped).Select(c => c.Name);
        Assert.Equal(8, status.Report.Checks.Count);
        Assert.Equal(
            level == SandboxLevel.LimitsOnly ? [SandboxTrials.ReadFile, SandboxTrials.ReadSettings, SandboxTrials.WriteFile, SandboxTrials.WriteProgram, SandboxTrials.Connect, SandboxTrials.Start] : [],
            open);
    }

    [Theory]
    [InlineData(SandboxLevel.Full)]
    [InlineData(SandboxLevel.Container)]
    public async Task Without_the_gate_a_file_of_the_machine_stays_unread(SandboxLevel level)
    {
        var canary = _folder.File("canary.csv");
        await File.WriteAllTextAsync(canary, "secret\ncanary-7c1e\n", Token);
        await using var sandbox = new QuerySandbox(_folder.Path, SandboxBench.Settings(level)) { SkipsGate = true };

        foreach (var sql in (string[])[$"SELECT * FROM read_text('{canary}')", $"SELECT * FROM '{canary}'", "SELECT * FROM read_text('/proc/self/environ')"])
        {
            var refused = await Assert.ThrowsAsync<HubException>(() => sandbox.ReadAsync(new(sql, [Table("dataset")]), 10, Token));
            Assert.DoesNotContain("canary-7c1e", refused.Message);
        }
    }

    [Fact]
    public async Task A_query_is_checked_without_being_computed()
    {
        await using var sandbox = await SandboxAsync(SandboxLevel.Full);
        var limits = new QueryLimits(1, 256, 1, 1000, 64);

        var columns = await sandbox.CheckAsync(
            new("SELECT count(*) AS n, max(name) AS last FROM dataset, range(10000000) a, range(10000000) b WHERE a.range + b.range = 3", [Table("dataset")]) { Limits = limits }, Token);
        var refused = await Assert.ThrowsAsync<HubException>(() => sandbox.CheckAsync(new("SELECT nothing FROM dataset", [Table("dataset")]) { Limits = limits }, Token));

        Assert.Equal([new("n", ColumnType.Integer), new("last", ColumnType.Text)], columns);
        Assert.Equal("SQL_ERROR", refused.Code);
    }

    [Fact]
    public async Task A_query_without_end_is_stopped_by_the_clock()
    {
        await using var sandbox = await SandboxAsync(SandboxLevel.Full);

        var refused = await Assert.ThrowsAsync<HubException>(() => sandbox.ReadAsync(
            new("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3", []) { Limits = new(1, 256, 1, 1000, 64) }, 10, Token));

        Assert.Equal("QUERY_TIMEOUT", refused.Code);
    }

    [Fact]
    public async Task A_query_without_measure_is_stopped_by_its_memory()
    {
        await using var sandbox = await SandboxAsync(SandboxLevel.Full);

        var refused = await Assert.ThrowsAsync<HubException>(() => sandbox.ReadAsync(
            new("SELECT list(range) FROM range(1000000000)", []) { Limits = new(60, 128, 1, 1000, 16) }, 10, Token));

        Assert.Equal("QUERY_MEMORY", refused.Code);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_whole_result_is_written_with_row_ids_and_our_types(SandboxLevel level)
    {
        await using var sandbox = await SandboxAsync(level);
        var target = _folder.File("result.parquet");

        var file = await sandbox.WriteAsync(new("SELECT name, sum(n) OVER (ORDER BY n) AS total FROM dataset ORDER BY n DESC", [Table("dataset")]), target, Token);

        Assert.Equal(10, file.RowCount);
        using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(Token);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE FROM read_parquet({Sql.Text(target)}))";
        Assert.Equal("__row_id BIGINT, name VARCHAR, total BIGINT", command.ExecuteScalar());
        command.CommandText = $"SELECT string_agg(__row_id || ':' || total, ' ' ORDER BY __row_id) FROM read_parquet({Sql.Text(target)})";
        Assert.Equal("0:45 1:36 2:28 3:21 4:15 5:10 6:6 7:3 8:1 9:0", command.ExecuteScalar());
    }

    [Fact]
    public async Task A_result_of_too_many_rows_is_not_written()
    {
        await using var sandbox = await SandboxAsync(SandboxLevel.Full);

        var refused = await Assert.ThrowsAsync<HubException>(() => sandbox.WriteAsync(
            new("SELECT * FROM range(1001)", []) { Limits = new(30, 256, 1, 1000, 64) }, _folder.File("result.parquet"), Token));

        Assert.Equal("QUERY_TOO_LARGE", refused.Code);
        Assert.False(File.Exists(_folder.File("result.parquet")));
    }

    [Fact]
    public async Task What_the_query_leaves_is_gone_with_it()
    {
        await using (var sandbox = new QuerySandbox(_folder.Path, SandboxBench.Settings(SandboxLevel.Full)) { KeepsReady = true })
        {
            await sandbox.ReadAsync(new("SELECT 1", []), 10, Token);
        }

        Assert.Empty(Directory.EnumerateDirectories(_folder.Path));
    }

    [Fact]
    public async Task A_machine_without_walls_runs_nothing_until_the_operator_decides()
    {
        await using var sandbox = new QuerySandbox(_folder.Path, new() { MaxLevel = SandboxLevel.LimitsOnly });

        var refused = await Assert.ThrowsAsync<HubException>(() => sandbox.ReadAsync(new("SELECT 1", []), 10, Token));

        Assert.Equal("SQL_SANDBOX_OFF", refused.Code);
        Assert.Contains("MLHub:Queries:AllowInsecureUserSql=true", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_query_that_nobody_waits_for_ends_at_once_and_leaves_no_process(SandboxLevel level)
    {
        await using var sandbox = await SandboxAsync(level);
        using var leave = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sandbox.ReadAsync(
            new("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3", []) { Limits = new(60, 256, 1, 1000, 64) }, 10, leave.Token));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        for (var left = 100 * Patience.Factor; OfThisTest() is { Count: > 0 } alive; left--)
        {
            Assert.True(left > 0, $"Still there: {string.Join("; ", alive)}");
            await Task.Delay(50, Token);
        }
    }

    /// <summary>Command lines of processes that name the folder of this test. One that is dead and not yet buried has none.</summary>
    private List<string> OfThisTest() =>
        [.. Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)).Select(CommandLine).Where(c => c.Contains(_folder.Path, StringComparison.Ordinal))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private Task<QuerySandbox> SandboxAsync(SandboxLevel level) => SandboxBench.StartAsync(_folder, level);

    private SandboxTable Table(string name) => QueryTestData.Table(_folder, name);
}
