using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Queries;

namespace MLHub.Training.Sandbox;

/// <summary>
/// Finds out at the start how well a query is shut in on this machine: a sandbox tries to get out. What it reaches is shown and logged; a
/// hole makes the level "limits only", under which people's SQL is off unless the operator decided otherwise.
/// </summary>
internal sealed partial class SandboxSelfTest(QuerySandbox sandbox, SandboxStatus status, IOptions<QueryOptions> options, ILogger<SandboxSelfTest> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first pages come first: the children would take a core from them.
        await Task.Delay(TimeSpan.FromSeconds(8), stoppingToken);
        try
        {
            await TestAsync(stoppingToken);
        }
        catch (HubException off)
        {
            status.Set(new(SandboxLevel.LimitsOnly, []));
            Log.Off(logger, off.Message, string.Join(" ", sandbox.Reasons));
        }
    }

    internal async Task TestAsync(CancellationToken cancellationToken)
    {
        var limits = options.Value.Limits;
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var open = ((IPEndPoint)port.LocalEndpoint).Port;
        var settings = Path.Combine(AppContext.BaseDirectory, "appsettings.json");
        List<SandboxCheck> checks =
        [
            .. await TryAsync(
                limits,
                [
                    new(SandboxTrials.ReadFile, "/etc/passwd", 0),
                    new(SandboxTrials.ReadSettings, settings, 0),
                    new(SandboxTrials.WriteFile, Path.Combine(Path.GetTempPath(), $"mlhub-sandbox-{Environment.ProcessId}"), 0),
                    new(SandboxTrials.WriteProgram, Path.Combine(AppContext.BaseDirectory, $"mlhub-sandbox-{Environment.ProcessId}"), 0),
                    new(SandboxTrials.Connect, "", open),
                    new(SandboxTrials.Start, "/bin/true", 0),
                ],
                cancellationToken),
            .. await TryAsync(limits, [new(SandboxTrials.Allocate, "", 0)], cancellationToken),
            .. await TryAsync(limits with { Seconds = 1 }, [new(SandboxTrials.Spin, "", 0)], cancellationToken),
        ];
        var level = sandbox.Level;
        if (level != SandboxLevel.LimitsOnly && checks.Exists(c => !c.IsStopped))
        {
            sandbox.Distrust();
            level = SandboxLevel.LimitsOnly;
        }

        status.Set(new(level, checks));
        foreach (var hole in checks.Where(c => !c.IsStopped))
        {
            Log.Hole(logger, hole.Name);
        }

        Log.Level(logger, level, string.Join(" ", sandbox.Reasons));
        sandbox.KeepOneReady();
    }

    private async Task<IEnumerable<SandboxCheck>> TryAsync(QueryLimits limits, IReadOnlyList<SandboxTrial> trials, CancellationToken cancellationToken)
    {
        await using var process = await sandbox.StartAsync(limits, cancellationToken);
        try
        {
            var answer = await process.AskAsync(new("", new Dictionary<string, string>(), limits, 1) { Trials = trials }, cancellationToken);
            return trials.Zip(answer.Outcomes ?? [], (t, o) => new SandboxCheck(t.Name, o != SandboxTrials.Succeeded, o));
        }
        catch (HubException stopped)
        {
            return trials.Select(t => new SandboxCheck(t.Name, true, stopped.Code));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Queries are shut in at the level {Level}. {Reasons}")]
        public static partial void Level(ILogger logger, SandboxLevel level, string reasons);

        [LoggerMessage(LogLevel.Error, "The sandbox for queries has a hole: it could {Name}")]
        public static partial void Hole(ILogger logger, string name);

        [LoggerMessage(LogLevel.Warning, "{Message} {Reasons}")]
        public static partial void Off(ILogger logger, string message, string reasons);
    }
}
