namespace MLHub.Core.Workspaces;

/// <summary>Somebody outside of the workspace with a right on one thing.</summary>
public sealed record CollaboratorView(Guid UserId, string Email, string DisplayName, WorkspaceRole Role, DateTime GrantedAt);

/// <summary>Why somebody can see a thing.</summary>
public enum AccessReason
{
    /// <summary>A member of the workspace.</summary>
    Member,

    /// <summary>A collaborator of this one thing.</summary>
    Collaborator,
}

/// <summary>One person who can see a thing, by which right, and what it amounts to.</summary>
public sealed record ThingReader(Guid UserId, string DisplayName, string Email, WorkspaceRole Role, AccessReason Reason);
