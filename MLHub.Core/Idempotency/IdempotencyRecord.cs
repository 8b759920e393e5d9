using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;

namespace MLHub.Core.Idempotency;

/// <summary>What a call with an <c>Idempotency-Key</c> was answered, so that its repetition gets the same answer and does nothing.</summary>
public sealed class IdempotencyRecord
{
    public const int MaxKeyLength = 200;

    private IdempotencyRecord()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public string Key { get; private set; } = "";

    /// <summary>SHA-256 over method, address and body: the key belongs to this one request.</summary>
    public byte[] RequestHash { get; private set; } = [];

    /// <summary><c>null</c> while the first call is under way.</summary>
    public int? Status { get; private set; }

    public string? ContentType { get; private set; }

    public string? Location { get; private set; }

    /// <summary>Encrypted by the web layer: an answer may hold a token that is shown only once.</summary>
    public byte[]? Body { get; private set; }

    /// <summary>When it began, or last gave a sign of life.</summary>
    public DateTime StartedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    internal static IdempotencyRecord Create(Guid userId, string key, byte[] requestHash, DateTime now, DateTime expiresAt) => new()
    {
        Id = Guid.CreateVersion7(),
        UserId = userId,
        Key = key,
        RequestHash = requestHash,
        StartedAt = now,
        ExpiresAt = expiresAt,
    };

    internal void Answer(int status, string? contentType, string? location, byte[] body)
    {
        Status = status;
        ContentType = contentType;
        Location = location;
        Body = body;
    }
}

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("IdempotencyRecords");
        builder.Property(r => r.Key).HasMaxLength(IdempotencyRecord.MaxKeyLength);
        builder.Property(r => r.RequestHash).HasMaxLength(32);
        builder.Property(r => r.ContentType).HasMaxLength(100);
        builder.Property(r => r.Location).HasMaxLength(500);
        builder.HasIndex(r => new { r.UserId, r.Key }).IsUnique();
        builder.HasIndex(r => r.ExpiresAt);
        builder.HasOne<HubUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
