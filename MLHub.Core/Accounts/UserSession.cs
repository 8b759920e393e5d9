using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

/// <summary>A signed-in program: the family of refresh tokens that grew from one sign-in.</summary>
public sealed class UserSession
{
    private UserSession()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>Moves on with each refresh.</summary>
    public DateTime ExpiresAt { get; private set; }

    /// <summary>Signed out, or a dead refresh token was shown again.</summary>
    public DateTime? RevokedAt { get; private set; }

    public static UserSession Create(Guid userId, DateTime now, DateTime expiresAt) =>
        new() { Id = Guid.CreateVersion7(), UserId = userId, CreatedAt = now, ExpiresAt = expiresAt };
}

internal sealed class UserSessionConfiguration : IEntityTypeConfiguration<UserSession>
{
    public void Configure(EntityTypeBuilder<UserSession> builder)
    {
        builder.ToTable("UserSessions");
        builder.HasIndex(s => s.UserId);
        builder.HasIndex(s => s.ExpiresAt);
        builder.HasOne<HubUser>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
