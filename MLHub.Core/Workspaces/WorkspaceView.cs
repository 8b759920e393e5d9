namespace MLHub.Core.Workspaces;

/// <summary>A workspace as one of its members sees it.</summary>
public sealed record WorkspaceView(
    Guid Id,
    string Name,
    string Slug,
    string? Description,
    Visibility Visibility,
    WorkspaceRole MyRole,
    Guid? PersonalOf,
    DateTime CreatedAt)
{
    public bool IsPersonal => PersonalOf is not null;
}

public sealed record MemberView(Guid UserId, string Email, string DisplayName, WorkspaceRole Role, DateTime JoinedAt, DateTime? LastSeenAt);

/// <summary>What is to change; <c>null</c> leaves a property as it is, an empty description removes it.</summary>
public sealed record WorkspaceChange(string? Name = null, string? Description = null, Visibility? Visibility = null);
