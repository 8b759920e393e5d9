using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>Somebody does not want to see the first steps of a workspace any more.</summary>
public sealed class HiddenSteps
{
    private HiddenSteps()
    {
    }

    public Guid UserId { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public static HiddenSteps Create(Guid userId, Guid workspaceId) => new() { UserId = userId, WorkspaceId = workspaceId };
}

internal sealed class HiddenStepsConfiguration : IEntityTypeConfiguration<HiddenSteps>
{
    public void Configure(EntityTypeBuilder<HiddenSteps> builder)
    {
        builder.ToTable("HiddenSteps");
        builder.HasKey(h => new { h.UserId, h.WorkspaceId });
        builder.HasOne<HubUser>().WithMany().HasForeignKey(h => h.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(h => h.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
