using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Training;

namespace MLHub.Training.Workers;

/// <summary>
/// Finds out which algorithms work on this machine: a child process trains each on a handful of rows, because a missing or broken
/// native library must not take the server with it. Until it is done all are offered.
/// </summary>
internal sealed partial class AlgorithmProbe(AlgorithmCatalog catalog, IOptions<HubOptions> hub, IOptions<JobOptions> jobs, ILogger<AlgorithmProbe> logger) : BackgroundService
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first pages come first: the child would take a core from them.
        await Task.Delay(TimeSpan.FromSeconds(5), stoppingToken);
        var scratch = hub.Value.PathOf(Path.Combine("work", $"{Environment.ProcessId}-probe"));
        Directory.CreateDirectory(scratch);
        try
        {
            var unavailable = await AskAsync(scratch, stoppingToken);
            catalog.SetAvailability(unavailable);
            foreach (var (name, reason) in unavailable)
            {
                Log.Unavailable(logger, name, reason);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.ProbeFailed(logger, failure);
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> AskAsync(string scratch, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(TimeLimit);
        using var process = new Process { StartInfo = HubProgram.Start(scratch, threads: 1, jobs.Value.MemoryMegabytes * 1024L * 1024L, "self-test") };
        process.Start();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            var answer = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? HubJson.Read<Dictionary<string, string>>(answer)
                : throw new InvalidOperationException($"The self-test of the algorithms ended with exit code {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                // It starts no processes of its own. To kill a tree is to stop it first, and a server that dies in between would leave it stopped for ever.
                process.Kill();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The algorithm {Name} does not work on this machine: {Reason}")]
        public static partial void Unavailable(ILogger logger, string name, string reason);

        [LoggerMessage(LogLevel.Error, "It could not be found out which algorithms work on this machine; all are offered")]
        public static partial void ProbeFailed(ILogger logger, Exception failure);
    }
}
