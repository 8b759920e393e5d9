using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

/// <summary>Stands in for one code of a lost authenticator. Shown once; the row holds its hash.</summary>
public sealed class RecoveryCode
{
    public const int PerUser = 10;

    // No letters or digits that are read as one another; 16 of them hold 79 bits, so a fast hash is enough.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Length = 16;

    private RecoveryCode()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public byte[] Hash { get; private set; } = [];

    public DateTime CreatedAt { get; private set; }

    public DateTime? UsedAt { get; private set; }

    public static (string Text, RecoveryCode Row) New(Guid userId, DateTime now)
    {
        var text = RandomNumberGenerator.GetString(Alphabet, Length);
        return (string.Join('-', text.Chunk(4).Select(group => new string(group))), new RecoveryCode { Id = Guid.CreateVersion7(), UserId = userId, Hash = HashOf(userId, text), CreatedAt = now });
    }

    /// <returns><c>null</c> when this cannot be a recovery code.</returns>
    public static byte[]? Parse(Guid userId, string typed)
    {
        var clean = new string([.. typed.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
        return clean.Length == Length ? HashOf(userId, clean) : null;
    }

    private static byte[] HashOf(Guid userId, string text) => SHA256.HashData([.. userId.ToByteArray(), .. Encoding.ASCII.GetBytes(text)]);
}

internal sealed class RecoveryCodeConfiguration : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.ToTable("RecoveryCodes");
        builder.Property(c => c.Hash).HasMaxLength(32);
        builder.HasIndex(c => new { c.UserId, c.Hash }).IsUnique();
        builder.HasOne<HubUser>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
