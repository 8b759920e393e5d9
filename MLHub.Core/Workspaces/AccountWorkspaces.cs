using MLHub.Core.Accounts;
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

    public Task RequireVisibleAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken) =>
        access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
}
