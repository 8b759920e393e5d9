using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>
/// The one policy: every service asks it, pages and endpoints never decide. The role is read from the database at each
/// call, so a change holds at once. To a stranger everything is <see cref="Refusal.NotFound"/>;
/// <see cref="Refusal.Forbidden"/> only tells a member that the role is too small.
/// </summary>
public sealed class WorkspaceAccess(IDbContextFactory<HubDbContext> contexts)
{
    /// <summary>Refuses unless the actor has at least this role in the workspace.</summary>
    /// <param name="what">The word in the not-found message: what the caller asked for, not the workspace behind it.</param>
    /// <returns>The actor's effective role.</returns>
    public async Task<WorkspaceRole> RequireAsync(Actor actor, Guid workspaceId, WorkspaceRole role, string what, CancellationToken cancellationToken)
    {
        var mine = await RoleAsync(actor, workspaceId, cancellationToken) ?? throw HubException.NotFound(what);
        if (mine >= role)
        {
            return mine;
        }

        throw new HubException(
            Refusal.Forbidden,
            actor.MayWrite
                ? $"You are a {Word(mine)} here; this takes the role {Word(role)}. Ask a manager of the workspace."
                : "This token may only read. Create one with the scope \"write\".");
    }

    /// <summary>The actor's effective role, or <c>null</c> for a stranger.</summary>
    public async Task<WorkspaceRole?> RoleAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        if (actor.OnlyWorkspaceId is { } only && only != workspaceId)
        {
            return null;
        }

        if (actor.Kind == ActorKind.System)
        {
            return WorkspaceRole.Owner;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var role = await db.Set<WorkspaceMember>()
            .Where(m => m.WorkspaceId == workspaceId && m.UserId == actor.UserId)
            .Select(m => (WorkspaceRole?)m.Role)
            .SingleOrDefaultAsync(cancellationToken);
        return role is { } known ? Effective(actor, known) : null;
    }

    /// <summary>What is left of a member's role under the limits of the credential: a read-only token acts as a reader.</summary>
    internal static WorkspaceRole Effective(Actor actor, WorkspaceRole role) =>
        actor.MayWrite ? role : (WorkspaceRole)Math.Min((int)role, (int)WorkspaceRole.Reader);

    /// <summary>Ids of the workspaces that the actor may read, to be used inside a query.</summary>
    public static IQueryable<Guid> Visible(HubDbContext db, Actor actor) =>
        db.Set<WorkspaceMember>()
            .Where(m => m.UserId == actor.UserId && (actor.OnlyWorkspaceId == null || m.WorkspaceId == actor.OnlyWorkspaceId))
            .Select(m => m.WorkspaceId);

    private static string Word(WorkspaceRole role) => role.ToString().ToLowerInvariant();
}
