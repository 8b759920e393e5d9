using MLHub.Core.Workspaces;

namespace MLHub.Web.Shell;

/// <summary>A workspace as the switcher shows it, and as pages get it in a cascade: where the user is and in which role.</summary>
public sealed record WorkspaceLink(Guid Id, string Name, string Slug, bool IsPersonal, WorkspaceRole Role)
{
    public bool MayEdit => Role >= WorkspaceRole.Editor;

    public bool MayManage => Role >= WorkspaceRole.Manager;
}
