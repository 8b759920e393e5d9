using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>
/// Brings the news of rights that another server changed: every two seconds, and only while somebody listens. Changes made by this
/// process are told of at once.
/// </summary>
internal sealed partial class AccessWatch(IDbContextFactory<HubDbContext> contexts, News news, TimeProvider time, ILogger<AccessWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Clocks of several servers differ a little, and a transaction is seen later than its time says.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = new Dictionary<Guid, DateTime>();
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

    private async Task<Dictionary<Guid, DateTime>> LookAsync(Dictionary<Guid, DateTime> before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = (time.GetUtcNow() - Margin).UtcDateTime;
        var changed = await db.Set<Workspace>().Where(w => w.AccessChangedAt > since).Select(w => new { w.Id, w.AccessChangedAt }).ToDictionaryAsync(w => w.Id, w => w.AccessChangedAt, cancellationToken);
        foreach (var (id, at) in changed)
        {
            if (!before.TryGetValue(id, out var old) || old != at)
            {
                news.Publish(Topic.Access(id), Topic.Workspace(id));
            }
        }

        return changed;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Changed rights could not be looked at")]
        public static partial void LookFailed(ILogger logger, Exception failure);
    }
}
