namespace MLHub.Core.Accounts;

/// <summary>Who another service says somebody is.</summary>
/// <param name="Provider">The service, with its address where there can be several of a kind.</param>
/// <param name="Subject">Its unchanging name for the person; with the provider this is who they are. The address never is.</param>
/// <param name="IsEmailVerified">The service itself checked that the mailbox is theirs.</param>
public sealed record ExternalIdentity(string Provider, string Subject, string? Email, bool IsEmailVerified, string? Name);

/// <summary>A way to sign in that somebody linked to their account.</summary>
public sealed record LinkedSignIn(string Provider, string? Who);

public sealed record LinkedSignIns(bool HasPassword, IReadOnlyList<LinkedSignIn> Linked);
