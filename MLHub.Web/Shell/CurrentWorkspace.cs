using MLHub.Core.Workspaces;
using MLHub.Web.Accounts;
using MLHub.Web.Components;

namespace MLHub.Web.Shell;

/// <summary>
/// The workspace that the open page is about. The address decides; pages of single things say it when they know it.
/// Lives as long as the circuit.
/// </summary>
public sealed class CurrentWorkspace(WorkspaceService workspaces, CurrentActor actors)
{
    private WorkspaceView? _workspace;

    /// <summary>Another workspace than before.</summary>
    public event Action? Changed;

    /// <summary>What is known without asking; <c>null</c> before the first page said anything.</summary>
    public WorkspaceView? Known => _workspace;

    /// <summary>The workspace in use; the user's own one when no page said otherwise.</summary>
    public async Task<WorkspaceView> GetAsync() =>
        _workspace ?? Use(await workspaces.OwnAsync(await actors.GetAsync(), CancellationToken.None));

    /// <summary>Reads the workspace anew, so that a changed role or name is seen with the next page.</summary>
    /// <exception cref="Core.Common.HubException">There is none of this name for this user.</exception>
    public async Task UseAsync(string slug) => Use(await workspaces.GetBySlugAsync(await actors.GetAsync(), slug, CancellationToken.None));

    /// <summary>The workspace of an open thing; read anew each time.</summary>
    /// <returns><c>null</c> when the user was let in to the thing alone: then the frame stays where it was.</returns>
    public async Task<WorkspaceView?> TryUseAsync(Guid workspaceId) =>
        await workspaces.FindAsync(await actors.GetAsync(), workspaceId, CancellationToken.None) is { } found ? Use(found) : null;

    /// <summary>The way to a thing: its workspace and the list it stands in; for people from outside, the page of what is shared.</summary>
    /// <param name="list">Last part of the list's address: <c>datasets</c>.</param>
    public async Task<IReadOnlyList<Crumb>> PathToAsync(Guid workspaceId, string list, string title) =>
        await TryUseAsync(workspaceId) is { } here
            ? [new(here.Name, HubRoutes.Home(here.Slug)), new(title, $"{HubRoutes.Home(here.Slug)}/{list}")]
            : [new("Shared", HubRoutes.Shared), new(title, $"{HubRoutes.Shared}&kind={list}")];

    private WorkspaceView Use(WorkspaceView workspace)
    {
        var changed = workspace != _workspace;
        _workspace = workspace;
        if (changed)
        {
            Changed?.Invoke();
        }

        return workspace;
    }
}
