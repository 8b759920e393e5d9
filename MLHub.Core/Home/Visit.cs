using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>What can be opened and gone on with.</summary>
public enum VisitKind
{
    Dataset,
    Experiment,
    Run,
    Model,
}

/// <summary>When somebody last opened something. Nobody else sees it, so it leaves no entry in the audit log.</summary>
public sealed class Visit
{
    private Visit()
    {
    }

    public Guid UserId { get; private set; }

    public Guid ThingId { get; private set; }

    public VisitKind Kind { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public DateTime At { get; private set; }

    public static Visit Create(Guid userId, VisitKind kind, Guid thingId, Guid workspaceId, DateTime at) =>
        new() { UserId = userId, Kind = kind, ThingId = thingId, WorkspaceId = workspaceId, At = at };
}

internal sealed class VisitConfiguration : IEntityTypeConfiguration<Visit>
{
    public void Configure(EntityTypeBuilder<Visit> builder)
    {
        builder.ToTable("Visits");
        builder.HasKey(v => new { v.UserId, v.ThingId });
        builder.Property(v => v.Kind).HasConversion<string>().HasMaxLength(16);
        builder.HasIndex(v => new { v.UserId, v.WorkspaceId, v.At });
        builder.HasOne<HubUser>().WithMany().HasForeignKey(v => v.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(v => v.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
