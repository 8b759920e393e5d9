using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>
/// The one policy: every service asks it, pages and endpoints never decide. Rights are read from the database at each
/// call, so a change holds at once. To a stranger everything is <see cref="Refusal.NotFound"/>;
/// <see cref="Refusal.Forbidden"/> only tells somebody who may see a thing that the role is too small.
/// </summary>
/// <remarks>
/// Rights add up: a member's role counts for everything in the workspace; everybody who is signed in reads what is public; a
/// collaborator has a right on one single thing. The limits of the credential are taken off the sum.
/// </remarks>
public sealed class WorkspaceAccess(IDbContextFactory<HubDbContext> contexts)
{
    /// <summary>Refuses unless the actor has at least this role in the workspace.</summary>
    /// <param name="what">The word in the not-found message: what the caller asked for, not the workspace behind it.</param>
    /// <returns>The actor's effective role.</returns>
    public async Task<WorkspaceRole> RequireAsync(Actor actor, Guid workspaceId, WorkspaceRole role, string what, CancellationToken cancellationToken) =>
        Require(actor, await RoleAsync(actor, workspaceId, cancellationToken), role, what);

    /// <summary>Refuses unless the actor has at least this role on the thing: by the workspace, as its collaborator, or because it is public.</summary>
    /// <returns>The actor's effective role on it.</returns>
    public async Task<WorkspaceRole> RequireAsync(Actor actor, Thing thing, WorkspaceRole role, CancellationToken cancellationToken) =>
        Require(actor, await RoleAsync(actor, thing, cancellationToken), role, thing.Word);

    /// <summary>Whether the actor is a member, and not only a reader of what is public.</summary>
    public async Task<bool> IsMemberAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return !IsOutOfReach(actor, workspaceId) && await MemberRoleAsync(db, actor, workspaceId, cancellationToken) is not null;
    }

    /// <summary>The actor's effective role, or <c>null</c> for a stranger.</summary>
    public async Task<WorkspaceRole?> RoleAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        if (IsOutOfReach(actor, workspaceId))
        {
            return null;
        }

        if (actor.Kind == ActorKind.System)
        {
            return WorkspaceRole.Owner;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var role = await MemberRoleAsync(db, actor, workspaceId, cancellationToken) ?? await PublicRoleAsync(db, workspaceId, cancellationToken);
        return role is { } known ? Effective(actor, known) : null;
    }

    /// <summary>The actor's effective role on the thing, or <c>null</c> for a stranger.</summary>
    public async Task<WorkspaceRole?> RoleAsync(Actor actor, Thing thing, CancellationToken cancellationToken)
    {
        if (await RoleAsync(actor, thing.WorkspaceId, cancellationToken) is var role && (role >= WorkspaceRole.Manager || IsOutOfReach(actor, thing.WorkspaceId)))
        {
            return role;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var granted = await db.Set<ThingGrant>().Where(g => g.ThingId == thing.Id && g.UserId == actor.UserId).Select(g => (WorkspaceRole?)g.Role).SingleOrDefaultAsync(cancellationToken);
        WorkspaceRole?[] rights = [role, granted is { } known ? Effective(actor, known) : null, thing.Visibility == Visibility.Public ? WorkspaceRole.Reader : null];
        return rights.Max();
    }

    /// <summary>What is left of a role under the limits of the credential: a read-only token acts as a reader.</summary>
    internal static WorkspaceRole Effective(Actor actor, WorkspaceRole role) =>
        actor.MayWrite ? role : (WorkspaceRole)Math.Min((int)role, (int)WorkspaceRole.Reader);

    /// <summary>Ids of the workspaces that the actor is a member of, to be used inside a query.</summary>
    public static IQueryable<Guid> Visible(HubDbContext db, Actor actor) =>
        db.Set<WorkspaceMember>()
            .Where(m => m.UserId == actor.UserId && (actor.OnlyWorkspaceId == null || m.WorkspaceId == actor.OnlyWorkspaceId))
            .Select(m => m.WorkspaceId);

    /// <summary>Ids of the things that the actor is a collaborator of, to be used inside a query.</summary>
    public static IQueryable<Guid> Granted(HubDbContext db, Actor actor) =>
        db.Set<ThingGrant>()
            .Where(g => g.UserId == actor.UserId && (actor.OnlyWorkspaceId == null || g.WorkspaceId == actor.OnlyWorkspaceId))
            .Select(g => g.ThingId);

    private static bool IsOutOfReach(Actor actor, Guid workspaceId) => actor.OnlyWorkspaceId is { } only && only != workspaceId;

    private static Task<WorkspaceRole?> MemberRoleAsync(HubDbContext db, Actor actor, Guid workspaceId, CancellationToken cancellationToken) =>
        db.Set<WorkspaceMember>().Where(m => m.WorkspaceId == workspaceId && m.UserId == actor.UserId).Select(m => (WorkspaceRole?)m.Role).SingleOrDefaultAsync(cancellationToken);

    private static async Task<WorkspaceRole?> PublicRoleAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken) =>
        await db.Set<Workspace>().AnyAsync(w => w.Id == workspaceId && w.Visibility == Visibility.Public, cancellationToken) ? WorkspaceRole.Reader : null;

    private static WorkspaceRole Require(Actor actor, WorkspaceRole? mine, WorkspaceRole role, string what)
    {
        if (mine is not { } known)
        {
            throw HubException.NotFound(what);
        }

        return known >= role
            ? known
            : throw new HubException(
                Refusal.Forbidden,
                actor.MayWrite
                    ? $"You are a {Word(known)} here; this takes the role {Word(role)}. Ask a manager of the workspace."
                    : "This token may only read. Create one with the scope \"write\".");
    }

    private static string Word(WorkspaceRole role) => role.ToString().ToLowerInvariant();
}
