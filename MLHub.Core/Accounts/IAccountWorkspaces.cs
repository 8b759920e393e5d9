using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>What accounts need of workspaces. Workspaces stand above accounts, so the arrow points down: they implement it.</summary>
public interface IAccountWorkspaces
{
    /// <summary>Adds the personal workspace of a new account to the context; saved in the transaction of the account.</summary>
    Task OpenPersonalAsync(HubDbContext db, HubUser user, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a person out of all workspaces, in the transaction of the context: memberships and collaborations end, empty workspaces
    /// that nobody else is in go.
    /// </summary>
    /// <returns>The workspaces whose members changed, to be told of after the transaction.</returns>
    /// <exception cref="HubException"><c>LAST_OWNER</c>: somebody or something would be left without an owner.</exception>
    Task<IReadOnlyList<Guid>> LeaveAllAsync(HubDbContext db, Actor actor, CancellationToken cancellationToken);

    /// <summary>Refuses unless the actor can see the workspace.</summary>
    Task RequireVisibleAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken);
}
