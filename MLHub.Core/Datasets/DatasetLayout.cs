using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>The <see cref="TableLayout"/> of a person for a dataset. Nobody else sees it, so it leaves no entry in the audit log.</summary>
public sealed class DatasetLayout
{
    private DatasetLayout()
    {
    }

    public Guid UserId { get; private set; }

    public Guid DatasetId { get; private set; }

    public TableLayout Layout { get; private set; } = TableLayout.Default;

    public DateTime UpdatedAt { get; private set; }

    public static DatasetLayout Create(Guid userId, Guid datasetId) => new() { UserId = userId, DatasetId = datasetId };

    public void Arrange(TableLayout layout, DateTime now)
    {
        layout.RequireBounded();
        Layout = layout;
        UpdatedAt = now;
    }
}

internal sealed class DatasetLayoutConfiguration : IEntityTypeConfiguration<DatasetLayout>
{
    public void Configure(EntityTypeBuilder<DatasetLayout> builder)
    {
        builder.ToTable("DatasetLayouts");
        builder.HasKey(l => new { l.UserId, l.DatasetId });
        builder.Property(l => l.Layout).HasJson();
        builder.HasOne<Accounts.HubUser>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(l => l.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}
