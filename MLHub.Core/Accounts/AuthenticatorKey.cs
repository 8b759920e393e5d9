using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Accounts;

/// <summary>
/// What a person's authenticator app shares with the server. A table of its own: Identity writes its user as a whole, and would
/// write back an older <see cref="LastStep"/>, so that a code became good a second time.
/// </summary>
public sealed class AuthenticatorKey
{
    private AuthenticatorKey()
    {
    }

    public Guid UserId { get; private set; }

    /// <summary>Encrypted. Until the user's <c>TwoFactorEnabled</c> it waits for its first code.</summary>
    public string Secret { get; private set; } = "";

    /// <summary>The time step of the last code that was accepted: each code is good once.</summary>
    public long LastStep { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public static AuthenticatorKey Create(Guid userId, string secret, DateTime now) => new() { UserId = userId, Secret = secret, CreatedAt = now };

    public void Use(long step) => LastStep = step;
}

internal sealed class AuthenticatorKeyConfiguration : IEntityTypeConfiguration<AuthenticatorKey>
{
    public void Configure(EntityTypeBuilder<AuthenticatorKey> builder)
    {
        builder.ToTable("AuthenticatorKeys");
        builder.HasKey(k => k.UserId);
        builder.Property(k => k.Secret).HasMaxLength(500);
        builder.HasOne<HubUser>().WithOne().HasForeignKey<AuthenticatorKey>(k => k.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
