using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>A long-lived credential for a program. The secret is shown once; the row holds its hash.</summary>
public sealed class PersonalAccessToken
{
    private PersonalAccessToken()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The part of the token that is not secret; finds the row.</summary>
    public string PublicId { get; private set; } = "";

    public byte[] Hash { get; private set; } = [];

    /// <summary>Without it the token acts as a reader, whatever its owner's role is.</summary>
    public bool MayWrite { get; private set; }

    /// <summary>The only workspace that the token sees; <c>null</c> for all of its owner's.</summary>
    public Guid? WorkspaceId { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    /// <summary>To the minute.</summary>
    public DateTime? LastUsedAt { get; private set; }

    public DateTime? RevokedAt { get; private set; }

    internal static PersonalAccessToken Create(Guid userId, string name, TokenText text, bool mayWrite, Guid? workspaceId, DateTime now, DateTime expiresAt) => new()
    {
        Id = Guid.CreateVersion7(),
        UserId = userId,
        Name = Slug.RequireName(name, "token"),
        PublicId = text.PublicId,
        Hash = text.Hash,
        MayWrite = mayWrite,
        WorkspaceId = workspaceId,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };

    internal void Revoke(DateTime now) => RevokedAt ??= now;
}

internal sealed class PersonalAccessTokenConfiguration : IEntityTypeConfiguration<PersonalAccessToken>
{
    public void Configure(EntityTypeBuilder<PersonalAccessToken> builder)
    {
        builder.ToTable("PersonalAccessTokens");
        builder.Property(t => t.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(t => t.PublicId).HasMaxLength(TokenText.PublicIdLength);
        builder.Property(t => t.Hash).HasMaxLength(32);
        builder.HasIndex(t => t.PublicId).IsUniqueOr("Try again: two tokens got the same number.");
        builder.HasIndex(t => new { t.UserId, t.CreatedAt });
        builder.HasOne<HubUser>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
