using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Mail;

/// <summary>A mail that waits to be handed over. It is written in the transaction of what it tells of, and removed once the mail server has it.</summary>
public sealed class OutgoingMail
{
    public const int MaxAddressLength = 256;

    private OutgoingMail()
    {
    }

    public Guid Id { get; private set; }

    public string To { get; private set; } = "";

    /// <summary>Which writer makes the text; <c>null</c> when it is in <see cref="Content"/>.</summary>
    public string? Kind { get; private set; }

    /// <summary>The text, encrypted: it may hold a link that opens an account.</summary>
    public string? Content { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>When it is tried next.</summary>
    public DateTime DueAt { get; private set; }

    public int Attempts { get; private set; }

    public static OutgoingMail Create(string to, string? kind, string? content, DateTime now) =>
        new() { Id = Guid.CreateVersion7(), To = to, Kind = kind, Content = content, CreatedAt = now, DueAt = now };
}

internal sealed class OutgoingMailConfiguration : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> builder)
    {
        builder.ToTable("OutgoingMails");
        builder.Property(m => m.To).HasMaxLength(OutgoingMail.MaxAddressLength);
        builder.Property(m => m.Kind).HasMaxLength(32);
        builder.HasIndex(m => m.DueAt);
    }
}
