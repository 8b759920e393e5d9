namespace MLHub.Core.Accounts;

/// <summary>A person as they see themselves.</summary>
public sealed record AccountView(Guid Id, string Email, string DisplayName, string? Bio, bool IsAdministrator, DateTime CreatedAt);

/// <summary>A person as others see them.</summary>
public sealed record PersonView(Guid Id, string DisplayName, string? Bio, DateTime CreatedAt);

/// <param name="SetupCode">Only asked for when the first account is made from another machine.</param>
public sealed record Registration(string? Email, string? Password, string? DisplayName, string? SetupCode = null);
