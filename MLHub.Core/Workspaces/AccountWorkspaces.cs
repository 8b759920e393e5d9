using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>What a new account gets, and what a limited token may be limited to.</summary>
internal sealed class AccountWorkspaces(WorkspaceAccess access, TimeProvider time) : IAccountWorkspaces
{
    public async Task OpenPersonalAsync(HubDbContext db, HubUser user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var workspace = Workspace.Create(user.DisplayName, await WorkspaceService.FreeSlugAsync(db, user.DisplayName, cancellationToken), null, Visibility.Private, user.Id, now);
        db.Add(workspace);
        db.Add(WorkspaceMember.Create(workspace.Id, user.Id, WorkspaceRole.Owner, now));
    }

    public async Task<IReadOnlyList<Guid>> LeaveAllAsync(HubDbContext db, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var mine = await db.Set<WorkspaceMember>().Where(m => m.UserId == actor.UserId).ToListAsync(cancellationToken);
        var stranded = new List<string>();
        foreach (var member in mine)
        {
            await WorkspaceMemberService.LockAsync(db, member.WorkspaceId, now, cancellationToken);
            var others = await db.Set<WorkspaceMember>().Where(m => m.WorkspaceId == member.WorkspaceId && m.UserId != actor.UserId).Select(m => m.Role).ToListAsync(cancellationToken);
            var workspace = await db.Set<Workspace>().SingleAsync(w => w.Id == member.WorkspaceId, cancellationToken);
            if (others.Contains(WorkspaceRole.Owner) || (member.Role != WorkspaceRole.Owner && others.Count > 0))
            {
                workspace.BelongToAll();
                db.Remove(member);
                await InvitationService.RevokeAllOfAsync(db, actor, workspace.Id, actor.UserId, now, cancellationToken);
                db.Audit(actor, workspace.Id, "member.remove", actor.UserId, $"{member.Role}; the account was deleted", now);
            }
            else if (others.Count == 0 && await WorkspaceContent.FindAsync(db, workspace.Id, cancellationToken) is null)
            {
                db.Remove(workspace);
                db.Audit(actor, workspace.Id, "workspace.delete", workspace.Id, $"{workspace.Name}; the account was deleted", now);
            }
            else
            {
                stranded.Add(workspace.Name);
            }
        }

        if (stranded.Count > 0)
        {
            throw HubException.Conflict($"Nobody else owns {string.Join(", ", stranded)}. Make somebody else an owner there, or delete what is in it and remove its members; then delete the account.", "LAST_OWNER");
        }

        await db.Set<ThingGrant>().Where(g => g.UserId == actor.UserId).ExecuteDeleteAsync(cancellationToken);
        return mine.ConvertAll(m => m.WorkspaceId);
    }

    public Task RequireVisibleAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken) =>
        access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
}
