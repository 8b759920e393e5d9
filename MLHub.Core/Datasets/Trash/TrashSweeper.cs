using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLHub.Core.Datasets.Trash;

/// <summary>Takes the trash out.</summary>
internal sealed partial class TrashSweeper(TrashService trash, TimeProvider time, ILogger<TrashSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(15), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var count = await trash.SweepAsync(stoppingToken);
                if (count > 0)
                {
                    Log.Swept(logger, count);
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
        [LoggerMessage(LogLevel.Information, "{Count} things were in the trash long enough and are deleted for ever")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Taking the trash out failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
