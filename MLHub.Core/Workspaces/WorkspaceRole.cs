namespace MLHub.Core.Workspaces;

/// <summary>What a member may do; each role includes the ones before it. The order is the rank.</summary>
public enum WorkspaceRole
{
    /// <summary>See, download, predict.</summary>
    Reader = 1,

    /// <summary>Upload, prepare, train, register models.</summary>
    Editor = 2,

    /// <summary>Members, visibility, deletion of others' work, audit log.</summary>
    Manager = 3,

    /// <summary>Everything, including deleting the workspace.</summary>
    Owner = 4,
}
