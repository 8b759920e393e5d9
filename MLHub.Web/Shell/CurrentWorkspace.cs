using MLHub.Core.Workspaces;
using MLHub.Web.Accounts;

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
        _workspace ?? Use((await workspaces.ListAsync(await actors.GetAsync(), new(1), CancellationToken.None)).Items[0]);

    /// <summary>Reads the workspace anew, so that a changed role or name is seen with the next page.</summary>
    /// <exception cref="Core.Common.HubException">There is none of this name for this user.</exception>
    public async Task UseAsync(string slug) => Use(await workspaces.GetBySlugAsync(await actors.GetAsync(), slug, CancellationToken.None));

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
