using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>Several deeds of one kind by one person, one soon after the other.</summary>
/// <param name="ActorName">Today's name; <c>null</c> when the account is gone.</param>
/// <param name="Action">The action of the audit log: <c>dataset.create</c> …</param>
/// <param name="SubjectId">What it was done to; <c>null</c> when the deeds were about several things.</param>
/// <param name="Detail">Of the latest deed.</param>
/// <param name="At">When the latest was done.</param>
public sealed record ActivityView(Guid ActorId, string? ActorName, string Action, int Count, Guid? SubjectId, string? Detail, DateTime At);

/// <summary>
/// Who did what in a workspace, for all its members: what became of data, runs and models. Who was invited, let in or shut out, and every
/// other line of the audit log, is for managers.
/// </summary>
public sealed class ActivityService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    private const int MaxRead = 200;

    private static readonly TimeSpan Together = TimeSpan.FromHours(1);

    /// <summary>The actions that are told of.</summary>
    public static readonly IReadOnlyList<string> Actions =
    [
        "dataset.create", "dataset.version", "dataset.prepare", "dataset.delete", "dataset.undelete", "version.restore", "version.delete", "version.tag",
        "experiment.create", "experiment.delete", "run.start", "search.start", "run.create", "run.delete", "run.archive",
        "model.create", "model.version", "model.alias", "model.delete", "model.predict.batch", "recipe.create", "member.add",
    ];

    /// <summary>Newest first.</summary>
    /// <param name="isMine">Only what the actor did.</param>
    public async Task<IReadOnlyList<ActivityView>> ListAsync(Actor actor, Guid workspaceId, bool isMine, int count, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        if (!await access.IsMemberAsync(actor, workspaceId, cancellationToken))
        {
            // A visitor of a public workspace sees the things, not who works on them when.
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = await db.Set<AuditEntry>().AsNoTracking()
            .Where(e => e.WorkspaceId == workspaceId && Actions.Contains(e.Action) && (!isMine || e.ActorId == actor.UserId))
            .OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(MaxRead)
            .Select(e => new { e.ActorId, e.Action, e.SubjectId, e.Detail, e.At }).ToListAsync(cancellationToken);
        var grouped = new List<ActivityView>();
        foreach (var entry in entries)
        {
            if (grouped.Count > 0 && grouped[^1] is var last && last.ActorId == entry.ActorId && last.Action == entry.Action && last.At - entry.At < Together)
            {
                grouped[^1] = last with { Count = last.Count + 1, SubjectId = last.SubjectId == entry.SubjectId ? last.SubjectId : null };
            }
            else if (grouped.Count == count)
            {
                break;
            }
            else
            {
                grouped.Add(new(entry.ActorId, null, entry.Action, 1, entry.SubjectId, entry.Detail, entry.At));
            }
        }

        var people = grouped.Select(g => g.ActorId).Distinct().ToList();
        var names = await db.Set<HubUser>().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return grouped.ConvertAll(g => g with { ActorName = names.GetValueOrDefault(g.ActorId) });
    }
}
