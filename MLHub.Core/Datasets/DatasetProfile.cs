using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>The profile of a version: computed once with it, never on view. A row of its own, because lists must not load it.</summary>
public sealed class DatasetProfile
{
    private DatasetProfile()
    {
    }

    public Guid VersionId { get; private set; }

    public DatasetProfileDocument Document { get; private set; } = DatasetProfileDocument.Empty;

    /// <summary>Cells without a value, in all columns. Beside the document, because lists show it and must not load that.</summary>
    public long? MissingCells { get; private set; }

    public static DatasetProfile Create(Guid versionId, DatasetProfileDocument document) =>
        new() { VersionId = versionId, Document = document, MissingCells = document.Columns.Sum(c => c.Missing) };
}

internal sealed class DatasetProfileConfiguration : IEntityTypeConfiguration<DatasetProfile>
{
    public void Configure(EntityTypeBuilder<DatasetProfile> builder)
    {
        builder.ToTable("DatasetProfiles");
        builder.HasKey(p => p.VersionId);
        builder.Property(p => p.Document).HasJson();
        builder.HasOne<DatasetVersion>().WithOne().HasForeignKey<DatasetProfile>(p => p.VersionId).OnDelete(DeleteBehavior.Cascade);
    }
}
