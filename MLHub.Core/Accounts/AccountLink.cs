using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

public enum AccountLinkPurpose
{
    ConfirmEmail,
    ChangeEmail,
    ResetPassword,
}

/// <summary>
/// What a link in a mail opens, once. Its secret is only in the link; the row holds the hash. It belongs to the state of the account
/// when it was made: a password or address changed since then closes it.
/// </summary>
public sealed class AccountLink
{
    private const int SecretLength = 32;

    private AccountLink()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public AccountLinkPurpose Purpose { get; private set; }

    public byte[] SecretHash { get; private set; } = [];

    /// <summary>Digest of the security stamp it was made under; empty where only the address counts.</summary>
    public string StampHash { get; private set; } = "";

    /// <summary>The address that its use proves, because the link was sent there and nowhere else; <c>null</c> for a link handed out by an administrator.</summary>
    public string? Address { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public DateTime? UsedAt { get; private set; }

    public static (AccountLink Link, string Token) Create(HubUser user, AccountLinkPurpose purpose, string? address, TimeSpan lifetime, DateTime now)
    {
        var secret = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", SecretLength);
        var link = new AccountLink
        {
            Id = Guid.CreateVersion7(),
            UserId = user.Id,
            Purpose = purpose,
            SecretHash = HashOf(secret),
            StampHash = purpose == AccountLinkPurpose.ConfirmEmail ? "" : UserStates.HashOf(user.SecurityStamp),
            Address = address,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        return (link, $"{link.Id:N}{secret}");
    }

    public static (Guid Id, string Secret)? Parse(string? token) =>
        token is { Length: 32 + SecretLength } && Guid.TryParseExact(token[..32], "N", out var id) ? (id, token[32..]) : null;

    public bool Opens(string secret, HubUser user, DateTime now) =>
        CryptographicOperations.FixedTimeEquals(SecretHash, HashOf(secret))
        && UsedAt is null
        && ExpiresAt > now
        && (Purpose == AccountLinkPurpose.ConfirmEmail ? Address == user.Email : StampHash == UserStates.HashOf(user.SecurityStamp));

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

internal sealed class AccountLinkConfiguration : IEntityTypeConfiguration<AccountLink>
{
    public void Configure(EntityTypeBuilder<AccountLink> builder)
    {
        builder.ToTable("AccountLinks");
        builder.Property(l => l.Purpose).HasConversion<string>().HasMaxLength(16);
        builder.Property(l => l.SecretHash).HasMaxLength(32);
        builder.Property(l => l.StampHash).HasMaxLength(64);
        builder.Property(l => l.Address).HasMaxLength(HubUser.MaxEmailLength);
        builder.HasIndex(l => new { l.UserId, l.CreatedAt });
        builder.HasOne<HubUser>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
