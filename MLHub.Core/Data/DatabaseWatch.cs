using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;

namespace MLHub.Core.Data;

/// <summary>
/// Looks at the database again and again, and only while somebody listens, for what other processes changed. What this process
/// changes is told of at once, without it.
/// </summary>
/// <typeparam name="TSeen">What the last look saw, to tell what is new.</typeparam>
/// <param name="interval">From one look to the next.</param>
/// <param name="nothing">What was seen before the first look.</param>
internal abstract partial class DatabaseWatch<TSeen>(TimeSpan interval, TSeen nothing, News news, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Clocks of several servers differ a little, and a transaction is seen later than its time says.</summary>
    protected static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    protected News News => news;

    protected DateTime Now => time.GetUtcNow().UtcDateTime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = nothing;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!news.HasSubscribers)
            {
                continue;
            }

            try
            {
                before = await LookAsync(before, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The database may be away for a moment; the next look catches up.
                LookFailed(logger, failure);
            }
        }
    }

    /// <summary>Tells what is new since the last look.</summary>
    /// <returns>What it saw.</returns>
    protected abstract Task<TSeen> LookAsync(TSeen before, CancellationToken cancellationToken);

    [LoggerMessage(LogLevel.Warning, "What other servers changed could not be looked at")]
    private static partial void LookFailed(ILogger logger, Exception failure);
}
