using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>
/// Brings the news of sessions that another server ended: every two seconds, and only while somebody listens. What this process
/// ends is told of at once.
/// </summary>
internal sealed partial class SessionWatch(IDbContextFactory<HubDbContext> contexts, UserStates states, News news, TimeProvider time, ILogger<SessionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Clocks of several servers differ a little, and a transaction is seen later than its time says.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HashSet<Guid> before = [];
        using var timer = new PeriodicTimer(Interval, time);
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
                Log.LookFailed(logger, failure);
            }
        }
    }

    private async Task<HashSet<Guid>> LookAsync(HashSet<Guid> before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = (time.GetUtcNow() - Margin).UtcDateTime;
        var ended = await db.Set<UserSession>().Where(s => s.RevokedAt > since).Select(s => new { s.Id, s.UserId }).ToListAsync(cancellationToken);
        foreach (var userId in ended.Where(s => !before.Contains(s.Id)).Select(s => s.UserId).Distinct())
        {
            states.Forget(userId);
        }

        return [.. ended.Select(s => s.Id)];
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Ended sessions could not be looked at")]
        public static partial void LookFailed(ILogger logger, Exception failure);
    }
}
