using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Queries;
using MLHub.Tests.Support;
using MLHub.Training.Sandbox;

namespace MLHub.Tests.Queries;

/// <summary>The sandbox as a whole: real child processes behind real walls.</summary>
public sealed class QuerySandboxTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly TestFolder _folder = new();

    public static TheoryData<SandboxLevel> Levels => [SandboxLevel.Full, SandboxLevel.Container, SandboxLevel.LimitsOnly];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_query_is_answered_at_each_level(SandboxLevel level)
    {
        await using var sandbox = Sandbox(level);

        var rows = await sandbox.ReadAsync(
            new("SELECT d.name, sum(d.n) AS total, max(v1.day) AS day FROM dataset d JOIN v1 USING (n) GROUP BY ALL ORDER BY 1;", [Table("dataset"), Table("v1")]), 10, Token);

        Assert.Equal([new("name", ColumnType.Text), new("total", ColumnType.Integer), new("day", ColumnType.Date)], rows.Columns);
        Assert.Equal([["even", 20L, new DateOnly(2024, 1, 9)], ["odd", 25L, new DateOnly(2024, 1, 10)]], rows.Rows);
        Assert.False(rows.HasMore);
    }

    private QuerySandbox Sandbox(SandboxLevel level) => new(_folder.Path, new() { MaxLevel = level, AllowInsecureUserSql = level == SandboxLevel.LimitsOnly, TimeLimitSeconds = 30 });

    /// <summary>Ten rows: n 0…9, even or odd, days from the first of January.</summary>
    private SandboxTable Table(string name)
    {
        var path = Path.Combine(_folder.Path, name + ".parquet");
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        connection.Run($"COPY (SELECT i AS {ColumnSchema.RowId}, i AS n, if(i % 2 = 0, 'even', 'odd') AS name, DATE '2024-01-01' + i::INTEGER AS day FROM range(10) t(i)) TO {Sql.Text(path)} (FORMAT parquet)");
        return new(name, path);
    }
}
