using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Core.Workspaces;

/// <summary>A collaborator: somebody's right on one dataset or model, beside whatever the workspace gives them. Rights only add up.</summary>
public sealed class ThingGrant
{
    private ThingGrant()
    {
    }

    /// <summary>The dataset or model.</summary>
    public Guid ThingId { get; private set; }

    /// <summary>Where it lives; with the workspace the right is gone.</summary>
    public Guid WorkspaceId { get; private set; }

    public Guid UserId { get; private set; }

    /// <summary><see cref="WorkspaceRole.Reader"/> or <see cref="WorkspaceRole.Editor"/>: who is let in and who deletes others' work stays with the workspace.</summary>
    public WorkspaceRole Role { get; private set; }

    public Guid GrantedBy { get; private set; }

    public DateTime GrantedAt { get; private set; }

    public static ThingGrant Create(Thing thing, Guid userId, WorkspaceRole role, Guid grantedBy, DateTime now)
    {
        var grant = new ThingGrant { ThingId = thing.Id, WorkspaceId = thing.WorkspaceId, UserId = userId, GrantedBy = grantedBy, GrantedAt = now };
        grant.ChangeRole(role);
        return grant;
    }

    public void ChangeRole(WorkspaceRole role) =>
        Role = role is WorkspaceRole.Reader or WorkspaceRole.Editor
            ? role
            : throw HubException.Field("role", "A collaborator is a reader or an editor. Managers are made in the workspace.", "BAD_ROLE");
}

internal sealed class ThingGrantConfiguration : IEntityTypeConfiguration<ThingGrant>
{
    public void Configure(EntityTypeBuilder<ThingGrant> builder)
    {
        builder.ToTable("ThingGrants");
        builder.HasKey(g => new { g.ThingId, g.UserId });
        builder.Property(g => g.Role).HasConversion<int>();
        builder.HasIndex(g => g.UserId);
        builder.HasIndex(g => g.WorkspaceId);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(g => g.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<HubUser>().WithMany().HasForeignKey(g => g.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
