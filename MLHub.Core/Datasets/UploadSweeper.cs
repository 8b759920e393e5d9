using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLHub.Core.Datasets;

/// <summary>Removes uploads that nobody went on with.</summary>
public sealed partial class UploadSweeper(DatasetUploadService uploads, TimeProvider time, ILogger<UploadSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var count = await uploads.SweepAsync(stoppingToken);
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
        [LoggerMessage(LogLevel.Information, "Removed {Count} abandoned uploads")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Removing abandoned uploads failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
