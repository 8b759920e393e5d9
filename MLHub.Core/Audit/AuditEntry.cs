using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Audit;

/// <summary>Who did what, when, by which credential. Written in the transaction of the action; never changed.</summary>
public sealed class AuditEntry
{
    private AuditEntry()
    {
    }

    public Guid Id { get; private set; }

    public Guid? WorkspaceId { get; private set; }

    public Guid ActorId { get; private set; }

    public ActorKind ActorKind { get; private set; }

    public Guid? CredentialId { get; private set; }

    /// <summary><c>scope.verb</c>: <c>dataset.create</c>, <c>model.alias</c> …</summary>
    public string Action { get; private set; } = "";

    public Guid? SubjectId { get; private set; }

    /// <summary>Name of the thing and what changed, in a few words. No row contents, no secrets.</summary>
    public string? Detail { get; private set; }

    public DateTime At { get; private set; }

    internal static AuditEntry Create(Actor actor, Guid? workspaceId, string action, Guid? subjectId, string? detail, DateTime at) => new()
    {
        Id = Guid.CreateVersion7(),
        WorkspaceId = workspaceId,
        ActorId = actor.UserId,
        ActorKind = actor.Kind,
        CredentialId = actor.CredentialId,
        Action = action,
        SubjectId = subjectId,
        Detail = detail is { Length: > 500 } ? detail[..500] : detail,
        At = at,
    };
}

public static class AuditLog
{
    /// <summary>Adds an entry to the context; it is saved with the change that it tells of.</summary>
    public static void Audit(this HubDbContext db, Actor actor, Guid? workspaceId, string action, Guid? subjectId, string? detail, DateTime at) =>
        db.Add(AuditEntry.Create(actor, workspaceId, action, subjectId, detail, at));
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("AuditEntries");
        builder.Property(e => e.ActorKind).HasConversion<string>().HasMaxLength(16);
        builder.Property(e => e.Action).HasMaxLength(64);
        builder.Property(e => e.Detail).HasMaxLength(500);
        builder.HasIndex(e => new { e.WorkspaceId, e.At });
    }
}
