using System.Diagnostics;
using MLHub.Core.Common;
using MLHub.Core.Queries;
using MLHub.Tests.Support;

namespace MLHub.Tests.Queries;

/// <summary>Measures this process, in which nothing else may run meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class SandboxAppetiteTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string> Hungry => [.. HostileSql.Hungry];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Hungry))]
    public async Task A_query_that_would_eat_everything_ends_soon_and_the_server_does_not_grow(string sql)
    {
        await using var sandbox = await SandboxBench.StartAsync(_folder, SandboxLevel.Full);
        var limits = new QueryLimits(2, 256, 1, 1000, 64);
        var before = Process.GetCurrentProcess().WorkingSet64;
        var clock = Stopwatch.StartNew();

        var code = "answered";
        try
        {
            await sandbox.ReadAsync(new(sql, [QueryTestData.Table(_folder, "dataset")]) { Limits = limits }, 1000, TestContext.Current.CancellationToken);
        }
        catch (HubException refused)
        {
            code = refused.Code;
        }

        Assert.Contains(code, new[] { "answered", "SQL_ERROR", "SQL_REFUSED", "QUERY_TIMEOUT", "QUERY_MEMORY", "QUERY_CPU", "QUERY_TOO_LARGE", "ENGINE_CRASHED" });
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.InRange(Process.GetCurrentProcess().WorkingSet64 - before, long.MinValue, 200L << 20);
    }
}
