using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>Who is in a workspace and as what. A workspace always keeps an owner.</summary>
public sealed class WorkspaceMemberService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, PeopleByAddress people, News news, TimeProvider time)
{
    public async Task<Page<MemberView>> ListAsync(Actor actor, Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        // Readers of a public workspace who are no members do not get the members' addresses.
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        if (!await access.IsMemberAsync(actor, workspaceId, cancellationToken))
        {
            throw new HubException(Refusal.Forbidden, "Only members see who else is in the workspace.");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<WorkspaceMember>().AsNoTracking().Where(m => m.WorkspaceId == workspaceId)
            .Join(db.Set<HubUser>(), m => m.UserId, u => u.Id, (m, u) => new { m, u.Email, u.DisplayName, u.LastSeenAt })
            .OrderByDescending(x => x.m.Role).ThenBy(x => x.DisplayName).ThenBy(x => x.m.UserId)
            .Skip(page.Skip).Take(page.Take + 1)
            .Select(x => new MemberView(x.m.UserId, x.Email!, x.DisplayName, x.m.Role, x.m.JoinedAt, x.LastSeenAt))
            .ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    /// <summary>Adds a member, or changes a member's role. Only owners make owners or change them.</summary>
    /// <returns><c>null</c> when nobody on this server has proved to have the address: then it is an invitation that is wanted.</returns>
    public async Task<MemberView?> PutAsync(Actor actor, Guid workspaceId, string? email, WorkspaceRole? wanted, CancellationToken cancellationToken)
    {
        var mine = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        if (wanted is not { } role || !Enum.IsDefined(role))
        {
            throw HubException.Field("role", "The role is reader, editor, manager or owner.", "BAD_ROLE");
        }

        RequireRank(mine, role);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await LockAsync(db, workspaceId, Now, cancellationToken);
        if (await PeopleByAddress.FindAsync(db, email, cancellationToken) is not { } user)
        {
            return null;
        }

        var member = await db.Set<WorkspaceMember>().SingleOrDefaultAsync(m => m.WorkspaceId == workspaceId && m.UserId == user.Id, cancellationToken);
        if (member is null)
        {
            if (!people.IsTheirs(user))
            {
                return null;
            }

            member = WorkspaceMember.Create(workspaceId, user.Id, role, Now);
            db.Add(member);
            db.Audit(actor, workspaceId, "member.add", user.Id, $"{user.DisplayName}: {role}", Now);
        }
        else
        {
            RequireRank(mine, member.Role);
            if (role != WorkspaceRole.Owner)
            {
                await RequireNotTheirsAsync(db, member, cancellationToken);
                await RequireOtherOwnerAsync(db, member, cancellationToken);
            }

            db.Audit(actor, workspaceId, "member.role", user.Id, $"{user.DisplayName}: {member.Role} → {role}", Now);
            member.ChangeRole(role);
            if (role < WorkspaceRole.Manager)
            {
                await InvitationService.RevokeAllOfAsync(db, actor, workspaceId, user.Id, Now, cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Access(workspaceId), Topic.Workspace(workspaceId));
        return new(user.Id, user.Email!, user.DisplayName, member.Role, member.JoinedAt, user.LastSeenAt);
    }

    /// <summary>
    /// Removes a member. Everybody may leave; managers remove others, owners remove owners. Rights on single things and links that would
    /// let them in again go with it.
    /// </summary>
    public async Task RemoveAsync(Actor actor, Guid workspaceId, Guid userId, CancellationToken cancellationToken)
    {
        // A read-only token acts as a reader and so could leave: that is a change.
        var needed = userId == actor.UserId && actor.MayWrite ? WorkspaceRole.Reader : WorkspaceRole.Manager;
        var mine = await access.RequireAsync(actor, workspaceId, needed, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await LockAsync(db, workspaceId, Now, cancellationToken);
        var member = await db.Set<WorkspaceMember>().SingleOrDefaultAsync(m => m.WorkspaceId == workspaceId && m.UserId == userId, cancellationToken)
            ?? throw HubException.NotFound("member");
        RequireRank(mine, userId == actor.UserId ? mine : member.Role);
        await RequireNotTheirsAsync(db, member, cancellationToken);
        await RequireOtherOwnerAsync(db, member, cancellationToken);
        db.Remove(member);
        await db.Set<ThingGrant>().Where(g => g.WorkspaceId == workspaceId && g.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await InvitationService.RevokeAllOfAsync(db, actor, workspaceId, userId, Now, cancellationToken);
        db.Audit(actor, workspaceId, "member.remove", userId, member.Role.ToString(), Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Access(workspaceId), Topic.Workspace(workspaceId));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Two owners who step down at the same moment wait for each other here, and the second one sees what the first did.</summary>
    internal static async Task LockAsync(HubDbContext db, Guid workspaceId, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Set<Workspace>().Where(w => w.Id == workspaceId)
            .ExecuteUpdateAsync(s => s.SetProperty(w => w.MembersRevision, w => w.MembersRevision + 1).SetProperty(w => w.AccessChangedAt, now), cancellationToken) == 0)
        {
            throw HubException.NotFound("workspace");
        }
    }

    private static void RequireRank(WorkspaceRole mine, WorkspaceRole theirs)
    {
        if (theirs == WorkspaceRole.Owner && mine != WorkspaceRole.Owner)
        {
            throw new HubException(Refusal.Forbidden, "Only an owner may make, change or remove an owner.", "OWNER_NEEDED");
        }
    }

    private static async Task RequireNotTheirsAsync(HubDbContext db, WorkspaceMember member, CancellationToken cancellationToken)
    {
        if (await db.Set<Workspace>().AnyAsync(w => w.Id == member.WorkspaceId && w.PersonalOf == member.UserId, cancellationToken))
        {
            throw HubException.Conflict("A personal workspace belongs to its person as long as their account. Make a workspace for the team, and share there.", "PERSONAL_WORKSPACE");
        }
    }

    private static async Task RequireOtherOwnerAsync(HubDbContext db, WorkspaceMember member, CancellationToken cancellationToken)
    {
        if (member.Role == WorkspaceRole.Owner
            && !await db.Set<WorkspaceMember>().AnyAsync(m => m.WorkspaceId == member.WorkspaceId && m.UserId != member.UserId && m.Role == WorkspaceRole.Owner, cancellationToken))
        {
            throw HubException.Conflict("A workspace needs an owner. Make somebody else an owner first.", "LAST_OWNER");
        }
    }
}
