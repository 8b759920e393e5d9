using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

public enum SessionKind
{
    /// <summary>The family of refresh tokens that grew from one sign-in over REST.</summary>
    Program,

    /// <summary>A browser's cookie.</summary>
    Browser,
}

/// <summary>Where somebody signs in from, so that they know their sessions apart.</summary>
/// <param name="Client">What the browser or program calls itself.</param>
/// <param name="Address">Network address.</param>
public sealed record SessionOrigin(string? Client, string? Address)
{
    public static SessionOrigin Unknown { get; } = new(null, null);
}

/// <summary>A sign-in that is still good: as long as this row lives and is not revoked, its cookie or its tokens are.</summary>
public sealed class UserSession
{
    public const int MaxClientLength = 200;
    public const int MaxAddressLength = 64;

    private UserSession()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public SessionKind Kind { get; private set; }

    public string? Client { get; private set; }

    public string? Address { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>When it was last used, to within a few minutes.</summary>
    public DateTime? LastSeenAt { get; private set; }

    /// <summary>When a code of the second factor was last asked for and given, for something that matters.</summary>
    public DateTime? ConfirmedAt { get; private set; }

    /// <summary>A program's moves on with each refresh; a browser's stays.</summary>
    public DateTime ExpiresAt { get; private set; }

    /// <summary>Signed out, or a dead refresh token was shown again.</summary>
    public DateTime? RevokedAt { get; private set; }

    public static UserSession Create(Guid userId, SessionKind kind, SessionOrigin origin, DateTime now, DateTime expiresAt) => new()
    {
        Id = Guid.CreateVersion7(),
        UserId = userId,
        Kind = kind,
        Client = Cut(origin.Client, MaxClientLength),
        Address = Cut(origin.Address, MaxAddressLength),
        CreatedAt = now,
        LastSeenAt = now,
        ExpiresAt = expiresAt,
    };

    // What a client says of itself is any text at all.
    private static string? Cut(string? text, int length)
    {
        var clean = text is null ? "" : new string([.. text.Where(c => !char.IsControl(c))]).Trim();
        return clean.Length == 0 ? null : clean.Length > length ? clean[..length] : clean;
    }
}

internal sealed class UserSessionConfiguration : IEntityTypeConfiguration<UserSession>
{
    public void Configure(EntityTypeBuilder<UserSession> builder)
    {
        builder.ToTable("UserSessions");
        builder.Property(s => s.Kind).HasConversion<string>().HasMaxLength(16).HasDefaultValue(SessionKind.Program);
        builder.Property(s => s.Client).HasMaxLength(UserSession.MaxClientLength);
        builder.Property(s => s.Address).HasMaxLength(UserSession.MaxAddressLength);
        builder.HasIndex(s => s.UserId);
        builder.HasIndex(s => s.RevokedAt);
        builder.HasIndex(s => s.ExpiresAt);
        builder.HasOne<HubUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
