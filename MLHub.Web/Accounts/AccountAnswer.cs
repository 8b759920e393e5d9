using MLHub.Core.Accounts;
using MLHub.Core.Usage;

namespace MLHub.Web.Accounts;

/// <param name="SetupCode">Only for the very first account, when it is made from another machine.</param>
public sealed record RegisterRequest(string? Email, string? Password, string? DisplayName, string? SetupCode = null);

/// <param name="TwoFactorCode">Of the authenticator app, or a recovery code; only for accounts with two-factor sign-in.</param>
public sealed record LoginRequest(string? Email, string? Password, string? TwoFactorCode = null);

public sealed record RefreshRequest(string? RefreshToken);

public sealed record SessionUser(Guid Id, string Email, string DisplayName);

/// <param name="ExpiresIn">Seconds for which the access token is good.</param>
/// <param name="RefreshToken">Good for one call of <c>/auth/refresh</c>.</param>
public sealed record SessionAnswer(SessionUser User, string AccessToken, string TokenType, int ExpiresIn, string RefreshToken)
{
    public static SessionAnswer Of(SignedIn signedIn, AccessTokens tokens) => new(
        new(signedIn.Account.Id, signedIn.Account.Email, signedIn.Account.DisplayName),
        tokens.Issue(signedIn),
        "Bearer",
        tokens.LifetimeSeconds,
        signedIn.RefreshToken);
}

public sealed record AccountCounts(int Datasets, int Models, int Runs);

public sealed record AccountAnswer(
    Guid Id, string Email, string DisplayName, string? Bio, bool IsAdministrator, DateTime CreatedAt, AccountCounts Counts, long StorageBytes, long? QuotaBytes)
{
    public static AccountAnswer Of(AccountView account, AccountUsage usage) => new(
        account.Id,
        account.Email,
        account.DisplayName,
        account.Bio,
        account.IsAdministrator,
        account.CreatedAt,
        new(usage.Datasets, usage.Models, usage.Runs),
        usage.StorageBytes,
        usage.QuotaBytes);
}

/// <summary>Absent fields stay as they are; an empty bio removes it.</summary>
public sealed record AccountEdit(string? DisplayName = null, string? Bio = null);

/// <param name="Scopes"><c>["read"]</c> or <c>["read","write"]</c>.</param>
/// <param name="ExpiresInDays">1 to 365.</param>
/// <param name="WorkspaceId">The only workspace that the token is to see.</param>
public sealed record TokenRequest(string? Name, IReadOnlyList<string>? Scopes, int ExpiresInDays = 90, Guid? WorkspaceId = null);

public sealed record TokenAnswer(Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, Guid? WorkspaceId, DateTime CreatedAt, DateTime ExpiresAt, DateTime? LastUsedAt)
{
    public static TokenAnswer Of(TokenView t) => new(t.Id, t.Name, t.Hint, t.Scopes, t.WorkspaceId, t.CreatedAt, t.ExpiresAt, t.LastUsedAt);
}

/// <param name="Token">The secret; it is shown this once.</param>
public sealed record NewTokenAnswer(Guid Id, string Name, string Token, IReadOnlyList<string> Scopes, Guid? WorkspaceId, DateTime CreatedAt, DateTime ExpiresAt);

/// <param name="Kind"><c>browser</c> or <c>program</c>.</param>
/// <param name="Client">What it calls itself.</param>
/// <param name="IsThisOne">The session that asks.</param>
public sealed record SessionRow(Guid Id, SessionKind Kind, string? Client, string? Address, DateTime CreatedAt, DateTime? LastSeenAt, DateTime ExpiresAt, bool IsThisOne)
{
    public static SessionRow Of(OpenSession s) => new(s.Id, s.Kind, s.Client, s.Address, s.CreatedAt, s.LastSeenAt, s.ExpiresAt, s.IsThisOne);
}

public sealed record EndedSessions(int Ended);

public sealed record TwoFactorAnswer(bool IsOn, int RecoveryCodesLeft);

/// <param name="Password">The current one.</param>
public sealed record TwoFactorBegin(string? Password);

/// <param name="Secret">For typing into the app by hand.</param>
/// <param name="Address"><c>otpauth://</c>, for a QR code.</param>
public sealed record TwoFactorBegun(string Secret, string Address);

/// <param name="TwoFactorCode">What the app shows now.</param>
public sealed record TwoFactorCodeRequest(string? TwoFactorCode);

public sealed record TwoFactorOff(string? Password, string? TwoFactorCode);

/// <param name="RecoveryCodes">Each good once; shown this once.</param>
public sealed record RecoveryCodesAnswer(IReadOnlyList<string> RecoveryCodes);

public sealed record PersonAnswer(Guid Id, string DisplayName, string? Bio, DateTime CreatedAt);

/// <param name="Password">The current one.</param>
public sealed record AccountDeletion(string? Password);
