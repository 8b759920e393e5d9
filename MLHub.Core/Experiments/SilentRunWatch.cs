using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLHub.Core.Experiments;

/// <summary>Says once a minute which runs from outside fell silent.</summary>
internal sealed partial class SilentRunWatch(ExternalRunService runs, TimeProvider time, ILogger<SilentRunWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var count = await runs.SweepAsync(stoppingToken);
                if (count > 0)
                {
                    Log.Lost(logger, count);
                }
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                // The next round tries again; the server does not stop for it.
                Log.Failed(logger, failed);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Nothing was heard of {Count} runs from outside for too long")]
        public static partial void Lost(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Looking for silent runs failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
