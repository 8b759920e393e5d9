using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>One line of the audit log. <paramref name="ActorName"/> is today's name; <c>null</c> when the account is gone.</summary>
public sealed record AuditView(Guid Id, DateTime At, Guid ActorId, string? ActorName, ActorKind ActorKind, Guid? CredentialId, string Action, Guid? SubjectId, string? Detail);

/// <summary>Who did what in a workspace, for its managers.</summary>
public sealed class WorkspaceAuditService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    /// <summary>Newest first.</summary>
    /// <param name="search">Part of an action or of a person's name, without regard to case; <c>null</c> for all.</param>
    public async Task<Page<AuditView>> ListAsync(Actor actor, Guid workspaceId, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = db.Set<AuditEntry>().AsNoTracking().Where(e => e.WorkspaceId == workspaceId);
        if (search?.Trim().ToLowerInvariant() is { Length: > 0 } wanted)
        {
            var pattern = $"%{wanted.Replace("%", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)}%";
            entries = entries.Where(e => e.Action.Contains(wanted) || db.Set<HubUser>().Any(u => u.Id == e.ActorId && EF.Functions.Like(u.DisplayName.ToLower(), pattern)));
        }

        var rows = await entries
            .OrderByDescending(e => e.At).ThenByDescending(e => e.Id)
            .Skip(page.Skip).Take(page.Take + 1)
            .Select(e => new AuditView(
                e.Id,
                e.At,
                e.ActorId,
                db.Set<HubUser>().Where(u => u.Id == e.ActorId).Select(u => u.DisplayName).FirstOrDefault(),
                e.ActorKind,
                e.CredentialId,
                e.Action,
                e.SubjectId,
                e.Detail))
            .ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }
}
