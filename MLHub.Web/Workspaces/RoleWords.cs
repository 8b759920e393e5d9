using MLHub.Core.Workspaces;

namespace MLHub.Web.Workspaces;

/// <summary>What the roles are called and what each may do.</summary>
internal static class RoleWords
{
    public static IReadOnlyList<RoleRight> Rights { get; } =
    [
        new("See datasets, runs and models; download; predict", WorkspaceRole.Reader),
        new("Upload, clean, train, register models, move aliases", WorkspaceRole.Editor),
        new("Delete their own work", WorkspaceRole.Editor),
        new("Delete the work of others", WorkspaceRole.Manager),
        new("Publish, share with outsiders, invite and remove members", WorkspaceRole.Manager),
        new("Read the audit log", WorkspaceRole.Manager),
        new("Make and remove owners, delete the workspace", WorkspaceRole.Owner),
    ];

    public static string Title(WorkspaceRole role) => role switch
    {
        WorkspaceRole.Reader => "Reader",
        WorkspaceRole.Editor => "Editor",
        WorkspaceRole.Manager => "Manager",
        _ => "Owner",
    };
}

/// <param name="From">The smallest role that may.</param>
internal sealed record RoleRight(string Text, WorkspaceRole From);
