using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Datasets;

/// <summary>A version whose rows went into another one, besides its parent: mostly one of another dataset. It may be gone since.</summary>
public sealed class VersionSource
{
    private VersionSource()
    {
    }

    /// <summary>What was made.</summary>
    public Guid VersionId { get; private set; }

    public Guid SourceVersionId { get; private set; }

    internal static VersionSource Create(DatasetVersion made, Guid sourceVersionId) => new() { VersionId = made.Id, SourceVersionId = sourceVersionId };
}

internal sealed class VersionSourceConfiguration : IEntityTypeConfiguration<VersionSource>
{
    public void Configure(EntityTypeBuilder<VersionSource> builder)
    {
        builder.ToTable("VersionSources");
        builder.HasKey(s => new { s.VersionId, s.SourceVersionId });
        builder.HasIndex(s => s.SourceVersionId);
        builder.HasOne<DatasetVersion>().WithMany().HasForeignKey(s => s.VersionId).OnDelete(DeleteBehavior.Cascade);
    }
}
