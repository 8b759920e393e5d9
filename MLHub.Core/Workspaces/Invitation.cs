using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;

namespace MLHub.Core.Workspaces;

/// <summary>
/// An open door into a workspace: for one e-mail address, or for whoever holds the link. The link's secret is shown once; the row
/// holds its hash.
/// </summary>
public sealed class Invitation
{
    public const int MaxUsesOfLink = 1000;
    public const int MaxDays = 90;
    public const int MaxMessageLength = 1000;
    private const int SecretLength = 32;

    private Invitation()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public WorkspaceRole Role { get; private set; }

    /// <summary>Who is meant; <c>null</c> for a link that anybody who has it may use.</summary>
    public string? Email { get; private set; }

    public string? NormalizedEmail { get; private set; }

    public string? Message { get; private set; }

    public byte[] SecretHash { get; private set; } = [];

    public int MaxUses { get; private set; }

    public int Uses { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public DateTime? RevokedAt { get; private set; }

    public bool IsOpen(DateTime now) => RevokedAt is null && ExpiresAt > now && Uses < MaxUses;

    /// <returns>The invitation and the secret of its link, which cannot be read again.</returns>
    public static (Invitation Invitation, string Secret) Create(Guid workspaceId, InvitationRequest request, Guid createdBy, DateTime now)
    {
        if (request.MaxUses is < 1 or > MaxUsesOfLink)
        {
            throw HubException.Field("maxUses", $"A link can be used 1 to {MaxUsesOfLink} times.", "BAD_MAX_USES");
        }

        if (request.ExpiresInDays is < 1 or > MaxDays)
        {
            throw HubException.Field("expiresInDays", $"An invitation is good for 1 to {MaxDays} days.", "BAD_EXPIRY");
        }

        if (request.Message is { Length: > MaxMessageLength })
        {
            throw HubException.Field("message", $"The message may have up to {MaxMessageLength} characters.", "TOO_LONG");
        }

        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(),
            WorkspaceId = workspaceId,
            Role = request.Role,
            Email = RequireEmail(request.Email),
            Message = string.IsNullOrWhiteSpace(request.Message) ? null : request.Message.Trim(),
            MaxUses = request.Email is null ? request.MaxUses : 1,
            CreatedBy = createdBy,
            CreatedAt = now,
        };
        invitation.NormalizedEmail = invitation.Email?.ToUpperInvariant();
        return (invitation, invitation.Renew(request.ExpiresInDays, now));
    }

    /// <summary>A new link; the one before no longer opens anything.</summary>
    public string Renew(int days, DateTime now)
    {
        var secret = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", SecretLength);
        SecretHash = HashOf(secret);
        ExpiresAt = now.AddDays(days);
        return secret;
    }

    /// <summary>What the link carries: the row is found by its id, the secret is compared.</summary>
    public static string LinkToken(Guid id, string secret) => $"{id:N}{secret}";

    public static (Guid Id, string Secret)? ParseLink(string? token) =>
        token is { Length: 32 + SecretLength } && Guid.TryParseExact(token[..32], "N", out var id) ? (id, token[32..]) : null;

    public bool Opens(string secret) => CryptographicOperations.FixedTimeEquals(SecretHash, HashOf(secret));

    public void Revoke(DateTime now) => RevokedAt ??= now;

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    private static string? RequireEmail(string? email)
    {
        if (email is null)
        {
            return null;
        }

        var trimmed = email.Trim();
        var at = trimmed.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == trimmed.LastIndexOf('@') && at < trimmed.Length - 1 && trimmed.Length <= 254 && !trimmed.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? trimmed
            : throw HubException.Field("email", "That is no e-mail address.", "BAD_EMAIL");
    }
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("Invitations");
        builder.Property(i => i.Role).HasConversion<int>();
        builder.Property(i => i.Email).HasMaxLength(256);
        builder.Property(i => i.NormalizedEmail).HasMaxLength(256);
        builder.Property(i => i.Message).HasMaxLength(Invitation.MaxMessageLength);
        builder.Property(i => i.SecretHash).HasMaxLength(32);
        builder.HasIndex(i => new { i.WorkspaceId, i.CreatedAt });
        builder.HasIndex(i => i.NormalizedEmail);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(i => i.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
