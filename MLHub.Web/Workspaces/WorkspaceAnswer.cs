using MLHub.Core.Common;
using MLHub.Core.Workspaces;

namespace MLHub.Web.Workspaces;

public sealed record WorkspaceRequest(string? Name, string? Description = null, Visibility Visibility = Visibility.Private);

/// <summary>Absent fields stay as they are; an empty description removes it.</summary>
public sealed record WorkspaceEdit(string? Name = null, string? Description = null, Visibility? Visibility = null);

public sealed record WorkspaceAnswer(
    Guid Id, string Name, string Slug, string? Description, Visibility Visibility, WorkspaceRole MyRole, bool IsPersonal, DateTime CreatedAt)
{
    public static WorkspaceAnswer Of(WorkspaceView w) => new(w.Id, w.Name, w.Slug, w.Description, w.Visibility, w.MyRole, w.IsPersonal, w.CreatedAt);
}

public sealed record MemberRequest(string? Email, WorkspaceRole? Role);

public sealed record MemberAnswer(Guid UserId, string Email, string DisplayName, WorkspaceRole Role, DateTime JoinedAt, DateTime? LastSeenAt)
{
    public static MemberAnswer Of(MemberView m) => new(m.UserId, m.Email, m.DisplayName, m.Role, m.JoinedAt, m.LastSeenAt);
}

public sealed record AuditActor(Guid Id, string? Name, ActorKind Kind, Guid? CredentialId);

public sealed record AuditAnswer(Guid Id, DateTime At, AuditActor Actor, string Action, Guid? SubjectId, string? Detail)
{
    public static AuditAnswer Of(AuditView e) => new(e.Id, e.At, new(e.ActorId, e.ActorName, e.ActorKind, e.CredentialId), e.Action, e.SubjectId, e.Detail);
}
