using MLHub.Core.Common;

namespace MLHub.Web.Shell;

/// <summary>What the shell shows but does not know itself. Registered where the features are known; the services behind decide who may see what.</summary>
public sealed class ShellSources
{
    /// <summary>The workspaces of a user, the personal one first.</summary>
    public required Func<Actor, CancellationToken, Task<IReadOnlyList<WorkspaceLink>>> WorkspacesAsync { get; init; }

    /// <summary>Things of a workspace whose name holds the words; at most some twenty.</summary>
    public required Func<Actor, WorkspaceLink, string, CancellationToken, Task<IReadOnlyList<SearchHit>>> SearchAsync { get; init; }
}
