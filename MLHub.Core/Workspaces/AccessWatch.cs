using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>
/// Brings the news of rights that another server changed: every two seconds, and only while somebody listens. Changes made by this
/// process are told of at once.
/// </summary>
internal sealed class AccessWatch(IDbContextFactory<HubDbContext> contexts, News news, TimeProvider time, ILogger<AccessWatch> logger)
    : DatabaseWatch<Dictionary<Guid, DateTime>>(TimeSpan.FromSeconds(2), [], news, time, logger)
{
    protected override async Task<Dictionary<Guid, DateTime>> LookAsync(Dictionary<Guid, DateTime> before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = Now - Margin;
        var changed = await db.Set<Workspace>().Where(w => w.AccessChangedAt > since).Select(w => new { w.Id, w.AccessChangedAt }).ToDictionaryAsync(w => w.Id, w => w.AccessChangedAt, cancellationToken);
        foreach (var (id, at) in changed)
        {
            if (!before.TryGetValue(id, out var old) || old != at)
            {
                News.Publish(Topic.Access(id), Topic.Workspace(id));
            }
        }

        return changed;
    }
}
