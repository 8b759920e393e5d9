using Microsoft.AspNetCore.Identity;

namespace MLHub.Core.Accounts;

/// <summary>A person who signs in. What they may do in a workspace is a matter of <c>WorkspaceMember</c>, never of this row.</summary>
public sealed class HubUser : IdentityUser<Guid>
{
    public const int MaxDisplayNameLength = 80;

    public string DisplayName { get; set; } = "";

    public string? Bio { get; set; }

    /// <summary>Runs the server: users, workers, settings. The first account is one.</summary>
    public bool IsAdministrator { get; set; }

    public DateTime CreatedAt { get; set; }
}
