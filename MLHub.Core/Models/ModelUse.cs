using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MLHub.Core.Models;

/// <summary>How often a model was asked in one hour, by how long the answers took: counted in buckets, so that a request costs one small update.</summary>
public sealed class ModelUse
{
    private ModelUse()
    {
    }

    public Guid ModelId { get; private set; }

    /// <summary>Its beginning.</summary>
    public DateTime Hour { get; private set; }

    /// <summary>Answers that took up to 2ⁿ milliseconds and longer than those of the bucket before.</summary>
    public int Bucket { get; private set; }

    public long Requests { get; private set; }

    /// <summary>Those among them that were refused or failed.</summary>
    public long Failures { get; private set; }

    internal static ModelUse Create(Guid modelId, DateTime hour, int bucket, bool failed) =>
        new() { ModelId = modelId, Hour = hour, Bucket = bucket, Requests = 1, Failures = failed ? 1 : 0 };
}

internal sealed class ModelUseConfiguration : IEntityTypeConfiguration<ModelUse>
{
    public void Configure(EntityTypeBuilder<ModelUse> builder)
    {
        builder.ToTable("ModelUse");
        builder.HasKey(u => new { u.ModelId, u.Hour, u.Bucket });
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(u => u.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}
