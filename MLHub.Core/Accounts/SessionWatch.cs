using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>
/// Brings the news of sessions that another server ended: every two seconds, and only while somebody listens. What this process
/// ends is told of at once.
/// </summary>
internal sealed class SessionWatch(IDbContextFactory<HubDbContext> contexts, UserStates states, News news, TimeProvider time, ILogger<SessionWatch> logger)
    : DatabaseWatch<HashSet<Guid>>(TimeSpan.FromSeconds(2), [], news, time, logger)
{
    protected override async Task<HashSet<Guid>> LookAsync(HashSet<Guid> before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = Now - Margin;
        var ended = await db.Set<UserSession>().Where(s => s.RevokedAt > since).Select(s => new { s.Id, s.UserId }).ToListAsync(cancellationToken);
        foreach (var userId in ended.Where(s => !before.Contains(s.Id)).Select(s => s.UserId).Distinct())
        {
            states.Forget(userId);
        }

        return [.. ended.Select(s => s.Id)];
    }
}
