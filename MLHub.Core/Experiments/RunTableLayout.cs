using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Core.Experiments;

/// <summary>How somebody last arranged the run table of an experiment, as the query of its address.</summary>
public sealed class RunTableLayout
{
    public const int MaxLength = 4000;

    private RunTableLayout()
    {
    }

    public Guid UserId { get; private set; }

    public Guid ExperimentId { get; private set; }

    public string Layout { get; private set; } = "";

    public static RunTableLayout Create(Guid userId, Guid experimentId, string layout)
    {
        var made = new RunTableLayout { UserId = userId, ExperimentId = experimentId };
        made.Change(layout);
        return made;
    }

    public void Change(string layout) => Layout = layout.Length <= MaxLength
        ? layout
        : throw HubException.Field("layout", "So many columns cannot be kept. Take some away.", "LAYOUT_TOO_LONG");
}

internal sealed class RunTableLayoutConfiguration : IEntityTypeConfiguration<RunTableLayout>
{
    public void Configure(EntityTypeBuilder<RunTableLayout> builder)
    {
        builder.ToTable("RunTableLayouts");
        builder.HasKey(l => new { l.UserId, l.ExperimentId });
        builder.Property(l => l.Layout).HasMaxLength(RunTableLayout.MaxLength);
        builder.HasOne<Experiment>().WithMany().HasForeignKey(l => l.ExperimentId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<HubUser>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
