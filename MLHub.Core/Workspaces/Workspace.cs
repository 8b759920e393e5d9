using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

public enum Visibility
{
    Private,
    Public,
}

/// <summary>Where a team's datasets, experiments and models live, and the unit of rights.</summary>
public sealed class Workspace
{
    public const int MaxDescriptionLength = 4000;

    private Workspace()
    {
    }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Name in addresses; unique on the server.</summary>
    public string Slug { get; private set; } = "";

    public string? Description { get; private set; }

    public Visibility Visibility { get; private set; }

    /// <summary>The user whose personal workspace this is; <c>null</c> for shared ones.</summary>
    public Guid? PersonalOf { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>Counts changes of the members. Raising it locks the row, so that such changes happen one after another.</summary>
    public int MembersRevision { get; private set; }

    /// <summary>When somebody's rights in it changed last; open pages on every server look at it.</summary>
    public DateTime AccessChangedAt { get; private set; }

    public static Workspace Create(string name, string slug, string? description, Visibility visibility, Guid? personalOf, DateTime now)
    {
        var workspace = new Workspace { Id = Guid.CreateVersion7(), Slug = slug, Visibility = visibility, PersonalOf = personalOf, CreatedAt = now, AccessChangedAt = now };
        workspace.Rename(name);
        workspace.Describe(description);
        return workspace;
    }

    public void Rename(string name) => Name = Common.Slug.RequireName(name, "workspace");

    public void Describe(string? description)
    {
        if (description is { Length: > MaxDescriptionLength })
        {
            throw HubException.Field("description", $"The description may have up to {MaxDescriptionLength} characters.", "TOO_LONG");
        }

        Description = string.IsNullOrWhiteSpace(description) ? null : description.Trim();
    }

    /// <summary>Nobody's personal one any more: its person is gone, and others own it.</summary>
    public void BelongToAll() => PersonalOf = null;

    public void Show(Visibility visibility, DateTime now)
    {
        Visibility = visibility;
        AccessChangedAt = now;
    }
}

/// <summary>A user's role in a workspace.</summary>
public sealed class WorkspaceMember
{
    private WorkspaceMember()
    {
    }

    public Guid WorkspaceId { get; private set; }

    public Guid UserId { get; private set; }

    public WorkspaceRole Role { get; private set; }

    public DateTime JoinedAt { get; private set; }

    public static WorkspaceMember Create(Guid workspaceId, Guid userId, WorkspaceRole role, DateTime now) =>
        new() { WorkspaceId = workspaceId, UserId = userId, Role = role, JoinedAt = now };

    public void ChangeRole(WorkspaceRole role) => Role = role;
}

internal sealed class WorkspaceConfiguration : IEntityTypeConfiguration<Workspace>
{
    public void Configure(EntityTypeBuilder<Workspace> builder)
    {
        builder.ToTable("Workspaces");
        builder.Property(w => w.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(w => w.Slug).HasMaxLength(80);
        builder.Property(w => w.Description).HasMaxLength(Workspace.MaxDescriptionLength);
        builder.Property(w => w.Visibility).HasConversion<string>().HasMaxLength(16);
        builder.HasIndex(w => w.Slug).IsUniqueOr("A workspace with this address exists already. Choose another name.");
        builder.HasIndex(w => w.AccessChangedAt);
        builder.HasIndex(w => w.PersonalOf).IsUniqueOr("This user has a personal workspace already.");
    }
}

internal sealed class WorkspaceMemberConfiguration : IEntityTypeConfiguration<WorkspaceMember>
{
    public void Configure(EntityTypeBuilder<WorkspaceMember> builder)
    {
        builder.ToTable("WorkspaceMembers");
        builder.HasKey(m => new { m.WorkspaceId, m.UserId });
        builder.Property(m => m.Role).HasConversion<int>();
        builder.HasIndex(m => m.UserId);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(m => m.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<HubUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
