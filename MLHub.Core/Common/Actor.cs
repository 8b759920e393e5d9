namespace MLHub.Core.Common;

/// <summary>How the caller proved who they are; kept in the audit log.</summary>
public enum ActorKind
{
    /// <summary>A person in a browser (cookie, circuit).</summary>
    Browser,

    /// <summary>A short-lived JWT of a signed-in person.</summary>
    Session,

    /// <summary>A personal access token.</summary>
    Token,

    /// <summary>A job that acts for the person who started it.</summary>
    Job,

    /// <summary>MLHub itself: start-up and housekeeping.</summary>
    System,
}

/// <summary>
/// Who asks. Circuits, HTTP calls and jobs know the user in different ways; services know this one.
/// It carries identity and the limits of the credential, never a role: roles are looked up at each call.
/// </summary>
public sealed record Actor(Guid UserId, string Name, ActorKind Kind)
{
    /// <summary>Administrator of the whole server: users, workers, settings. Gives no silent access to private data.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>False for a read-only token: it acts as a reader, whatever its owner's role is.</summary>
    public bool MayWrite { get; init; } = true;

    /// <summary>Set when the credential is limited to one workspace; every other one looks as if it did not exist.</summary>
    public Guid? OnlyWorkspaceId { get; init; }

    /// <summary>Id of the token that was used, for the audit log.</summary>
    public Guid? CredentialId { get; init; }

    public static Actor System { get; } = new(Guid.Empty, "MLHub", ActorKind.System) { IsAdministrator = true };
}
