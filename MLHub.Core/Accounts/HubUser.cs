using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>A person who signs in. What they may do in a workspace is a matter of <c>WorkspaceMember</c>, never of this row.</summary>
public sealed class HubUser : IdentityUser<Guid>
{
    public const int MaxDisplayNameLength = 80;
    public const int MaxBioLength = 500;
    public const int MaxEmailLength = 254;

    public string DisplayName { get; set; } = "";

    public string? Bio { get; set; }

    /// <summary>Runs the server: users, workers, settings. The first account is one.</summary>
    public bool IsAdministrator { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When the person was last at work, to within a few minutes.</summary>
    public DateTime? LastSeenAt { get; set; }

    /// <summary>The account was given up. The row stays, nameless, because others' work points at it.</summary>
    public DateTime? DeletedAt { get; set; }

    /// <summary>Takes away everything that tells who this was, and every way to sign in.</summary>
    public void Forget(DateTime now)
    {
        // An address that no mail reaches (RFC 2606), for the unique index.
        Email = UserName = $"{Id:N}@deleted.invalid";
        NormalizedEmail = NormalizedUserName = Email.ToUpperInvariant();
        DisplayName = "Deleted account";
        Bio = null;
        PhoneNumber = null;
        PasswordHash = null;
        IsAdministrator = false;
        TwoFactorEnabled = false;
        EmailConfirmed = false;
        SecurityStamp = Guid.NewGuid().ToString();
        ConcurrencyStamp = Guid.NewGuid().ToString();
        LastSeenAt = null;
        DeletedAt = now;
    }
}

internal sealed class HubUserConfiguration : IEntityTypeConfiguration<HubUser>
{
    private const string Taken = "There is an account with this e-mail address already. Sign in instead.";

    public void Configure(EntityTypeBuilder<HubUser> builder)
    {
        builder.Property(u => u.DisplayName).HasMaxLength(HubUser.MaxDisplayNameLength);
        builder.Property(u => u.Bio).HasMaxLength(HubUser.MaxBioLength);
        builder.HasIndex(u => u.NormalizedUserName).HasDatabaseName("UserNameIndex").IsUniqueOr(Taken);
        builder.HasIndex(u => u.NormalizedEmail).HasDatabaseName("EmailIndex").IsUniqueOr(Taken);
    }
}
