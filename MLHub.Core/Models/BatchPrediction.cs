using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Datasets;

namespace MLHub.Core.Models;

/// <summary>The predictions of one model version for all rows of a dataset version, kept as a dataset of their own: it says where that dataset came from.</summary>
public sealed class BatchPrediction
{
    private BatchPrediction()
    {
    }

    public Guid Id { get; private set; }

    public Guid ModelId { get; private set; }

    public int ModelVersion { get; private set; }

    /// <summary>The dataset that was asked about; it may be gone since.</summary>
    public Guid SourceDatasetId { get; private set; }

    public Guid SourceVersionId { get; private set; }

    public int SourceVersion { get; private set; }

    public Guid ResultDatasetId { get; private set; }

    public Guid JobId { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    internal static BatchPrediction Create(ModelVersion version, DatasetVersion source, Guid resultDatasetId, Guid jobId, Guid createdBy, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        ModelId = version.ModelId,
        ModelVersion = version.Number,
        SourceDatasetId = source.DatasetId,
        SourceVersionId = source.Id,
        SourceVersion = source.Number,
        ResultDatasetId = resultDatasetId,
        JobId = jobId,
        CreatedBy = createdBy,
        CreatedAt = now,
    };
}

internal sealed class BatchPredictionConfiguration : IEntityTypeConfiguration<BatchPrediction>
{
    public void Configure(EntityTypeBuilder<BatchPrediction> builder)
    {
        builder.ToTable("BatchPredictions");
        builder.HasIndex(b => new { b.ModelId, b.CreatedAt });
        builder.HasIndex(b => b.SourceDatasetId);
        builder.HasIndex(b => b.ResultDatasetId);
        builder.HasIndex(b => b.JobId);
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(b => b.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(b => b.ResultDatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}
