using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

/// <summary>Good for one new pair of tokens. Used rows stay until their session ends, so that a stolen copy is noticed.</summary>
public sealed class RefreshToken
{
    private RefreshToken()
    {
    }

    public Guid Id { get; private set; }

    public Guid SessionId { get; private set; }

    /// <summary>SHA-256 of the secret: it has 256 random bits, so a slow hash would add nothing.</summary>
    public byte[] Hash { get; private set; } = [];

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public DateTime? UsedAt { get; private set; }

    public static RefreshToken Create(Guid sessionId, byte[] hash, DateTime now, DateTime expiresAt) =>
        new() { Id = Guid.CreateVersion7(), SessionId = sessionId, Hash = hash, CreatedAt = now, ExpiresAt = expiresAt };
}

internal sealed class RefreshTokenConfiguration : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> builder)
    {
        builder.ToTable("RefreshTokens");
        builder.Property(t => t.Hash).HasMaxLength(32);
        builder.HasIndex(t => t.Hash).IsUnique();
        builder.HasOne<UserSession>().WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
    }
}
