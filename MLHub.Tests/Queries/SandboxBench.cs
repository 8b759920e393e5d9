using System.Collections.Concurrent;
using MLHub.Core.Queries;
using MLHub.Tests.Support;
using MLHub.Training.Sandbox;

namespace MLHub.Tests.Queries;

/// <summary>The sandbox as the tests set it up.</summary>
internal static class SandboxBench
{
    private static readonly ConcurrentDictionary<SandboxLevel, bool> Offered = new();

    public static QueryOptions Settings(SandboxLevel level) => new() { MaxLevel = level, AllowInsecureUserSql = level == SandboxLevel.LimitsOnly, TimeLimitSeconds = 30, MemoryMegabytes = 256 };

    /// <summary>Skips where the machine does not offer the level; the trial says what the machine of these tests reaches.</summary>
    public static async Task<QuerySandbox> StartAsync(TestFolder folder, SandboxLevel level)
    {
        var sandbox = new QuerySandbox(folder.Path, Settings(level));
        if (level != SandboxLevel.LimitsOnly && !Offered.ContainsKey(level))
        {
            try
            {
                await using var trial = await SandboxProcess.StartAsync(level, folder.Path, Settings(level).Limits, TestContext.Current.CancellationToken);
                Offered[level] = true;
            }
            catch (SandboxException missing)
            {
                Assert.Skip($"This machine does not offer {level}: {missing.Message}");
            }
        }

        return sandbox;
    }
}
