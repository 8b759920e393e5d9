namespace MLHub.Core.Workspaces;

/// <param name="Email">Who is meant; <c>null</c> makes a link for whoever holds it.</param>
/// <param name="MaxUses">How many people may come in by a link; an e-mail invitation is for one.</param>
public sealed record InvitationRequest(WorkspaceRole Role, string? Email = null, int MaxUses = 1, int ExpiresInDays = 7, string? Message = null);

/// <summary>A pending invitation as managers see it.</summary>
public sealed record InvitationView(
    Guid Id, string? Email, WorkspaceRole Role, string? Message, int Uses, int MaxUses, Guid CreatedBy, string? CreatedByName, DateTime CreatedAt, DateTime ExpiresAt);

/// <param name="Token">Goes into the link; shown this once.</param>
/// <param name="IsMailed">The link was sent to the invited person, too.</param>
public sealed record InvitationMade(InvitationView Invitation, string Token, bool IsMailed);

/// <summary>An invitation as the invited person sees it.</summary>
public sealed record InvitationOffer(
    Guid Id, Guid WorkspaceId, string WorkspaceName, string WorkspaceSlug, WorkspaceRole Role, string? InvitedBy, string? Message, DateTime ExpiresAt, bool IsMember);
