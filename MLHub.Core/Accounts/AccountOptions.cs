using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Accounts;

/// <summary>Section <c>MLHub:Accounts</c>: who may sign up and how signing in is guarded.</summary>
public sealed class AccountOptions
{
    public const string Section = "MLHub:Accounts";

    /// <summary>Whether anybody may sign up. The very first account can always be made.</summary>
    public bool AllowRegistration { get; set; } = true;

    /// <summary>Whether people can sign in only after they confirmed their e-mail address. Needs <c>MLHub:Mail</c>; administrators are exempt.</summary>
    public bool RequireConfirmedEmail { get; set; }

    [Range(8, 64)]
    public int MinPasswordLength { get; set; } = 10;

    /// <summary>PBKDF2-HMAC-SHA512 rounds; not fewer than OWASP asks for.</summary>
    [Range(210_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>Wrong passwords in a row after which an account rests for <see cref="LockoutMinutes"/>.</summary>
    [Range(3, 100)]
    public int LockoutFailures { get; set; } = 5;

    [Range(1, 1440)]
    public int LockoutMinutes { get; set; } = 15;

    /// <summary>Wrong passwords from one address, whatever the account, before it has to wait.</summary>
    [Range(5, 100_000)]
    public int AddressFailures { get; set; } = 50;

    [Range(1, 60)]
    public int AccessTokenMinutes { get; set; } = 15;

    /// <summary>A session of the API ends when its refresh token was not used for this long.</summary>
    [Range(1, 365)]
    public int RefreshTokenDays { get; set; } = 30;

    /// <summary>A browser signs in again after this long, however busy it was.</summary>
    [Range(1, 90)]
    public int BrowserSessionDays { get; set; } = 7;

    /// <summary>A code of the second factor is good for this long for further changes that ask for one.</summary>
    [Range(1, 60)]
    public int ConfirmedMinutes { get; set; } = 5;

    /// <summary>The longest life of a personal access token.</summary>
    [Range(1, 365)]
    public int MaxTokenDays { get; set; } = 365;
}
