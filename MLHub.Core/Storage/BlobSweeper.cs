using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLHub.Core.Storage;

/// <summary>Collects garbage from time to time, first some minutes after the start.</summary>
internal sealed partial class BlobSweeper(BlobCollector collector, IOptions<StorageOptions> options, TimeProvider time, ILogger<BlobSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.SweepMinutes == 0)
        {
            return;
        }

        for (var wait = First; ; wait = TimeSpan.FromMinutes(options.Value.SweepMinutes))
        {
            await Task.Delay(wait, time, stoppingToken);
            try
            {
                var census = await collector.CollectAsync(stoppingToken);
                Log.Collected(logger, census.Removed, census.RemovedBytes, census.Blobs, census.Bytes);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                // The store may be away; the next round tries again.
                Log.Failed(logger, failed);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Removed {Count} blobs of {RemovedBytes} bytes that nothing named; {Kept} of {Bytes} bytes stay")]
        public static partial void Collected(ILogger logger, int count, long removedBytes, int kept, long bytes);

        [LoggerMessage(LogLevel.Error, "Looking for unnamed blobs failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
