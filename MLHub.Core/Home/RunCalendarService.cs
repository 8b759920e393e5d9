using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>How many runs the actor started on each day.</summary>
public sealed class RunCalendarService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time)
{
    public const int Weeks = 26;

    /// <summary>Whole weeks from a Monday to today; days are those of UTC.</summary>
    public async Task<IReadOnlyList<(DateOnly Day, int Runs)>> GetAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = Week.MondayOf(today).AddDays(-7 * (Weeks - 1));
        var from = first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var starts = await db.Set<Run>().Where(r => r.WorkspaceId == workspaceId && r.CreatedBy == actor.UserId && r.DeletedAt == null && r.CreatedAt >= from)
            .Select(r => r.CreatedAt).ToListAsync(cancellationToken);
        var counts = starts.CountBy(DateOnly.FromDateTime).ToDictionary();
        return [.. Enumerable.Range(0, today.DayNumber - first.DayNumber + 1).Select(first.AddDays).Select(day => (day, counts.GetValueOrDefault(day)))];
    }
}
