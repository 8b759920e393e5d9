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
    public async Task<Page<AuditView>> ListAsync(Actor actor, Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<AuditEntry>().AsNoTracking().Where(e => e.WorkspaceId == workspaceId)
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
