using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

public enum UploadState
{
    /// <summary>Bytes are missing.</summary>
    Receiving,

    /// <summary>All bytes are there, and nothing was made of them yet.</summary>
    Held,

    /// <summary>It became a version, whose import may still run.</summary>
    Imported,
}

/// <summary>A resumable upload (tus). Its bytes lie in a staging file; only those up to <see cref="Offset"/> are known to be on the disk.</summary>
public sealed class Upload
{
    private Upload()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public Guid UserId { get; private set; }

    /// <summary>Set when it becomes a new version of this dataset.</summary>
    public Guid? DatasetId { get; private set; }

    public string? Name { get; private set; }

    public string? Description { get; private set; }

    public string? Message { get; private set; }

    public string FileName { get; private set; } = "";

    public ImportOptions Options { get; private set; } = new();

    public long Length { get; private set; }

    /// <summary>Bytes that were forced to the disk.</summary>
    public long Offset { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    /// <summary>What it became; <c>null</c> while bytes are missing.</summary>
    public Guid? VersionId { get; private set; }

    public BlobHash? ContentHash { get; private set; }

    /// <summary>Nothing is imported when its last byte is there: somebody wants to look first.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>When all its bytes had become a blob.</summary>
    public DateTime? StoredAt { get; private set; }

    public UploadState State => VersionId is not null ? UploadState.Imported : StoredAt is not null ? UploadState.Held : UploadState.Receiving;

    public bool IsComplete => VersionId is not null;

    public static Upload Create(Guid userId, UploadRequest request, long length, DateTime now, TimeSpan lifetime) => new()
    {
        Id = Guid.CreateVersion7(),
        WorkspaceId = request.WorkspaceId,
        UserId = userId,
        DatasetId = request.DatasetId,
        Name = request.Name is null ? null : Slug.RequireName(request.Name, "dataset"),
        Description = request.Description,
        Message = request.Message,
        FileName = request.FileName,
        Options = request.Options,
        IsHeld = request.Hold,
        Length = length,
        CreatedAt = now,
        ExpiresAt = now + lifetime,
    };

    public UploadRequest Request => new(WorkspaceId, FileName) { DatasetId = DatasetId, Name = Name, Description = Description, Message = Message, Options = Options, Hold = IsHeld };

    public void Advance(long offset, DateTime now, TimeSpan lifetime)
    {
        Offset = offset;
        ExpiresAt = now + lifetime;
    }

    /// <summary>All bytes are there, and this is their hash.</summary>
    public void Seal(BlobHash content) => ContentHash = content;

    /// <summary>The bytes are a blob and wait for a decision.</summary>
    public void Hold(DateTime now, TimeSpan lifetime)
    {
        StoredAt = now;
        ExpiresAt = now + lifetime;
    }

    public void Finish(Guid versionId) => VersionId = versionId;
}

internal sealed class UploadConfiguration : IEntityTypeConfiguration<Upload>
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("Uploads");
        builder.Property(u => u.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(u => u.Description).HasMaxLength(Dataset.MaxDescriptionLength);
        builder.Property(u => u.Message).HasMaxLength(DatasetVersion.MaxMessageLength);
        builder.Property(u => u.FileName).HasMaxLength(DatasetVersion.MaxOriginalNameLength);
        builder.Property(u => u.Options).HasJson();
        // An upload becomes one version, however many requests finish it at the same moment.
        builder.Property(u => u.VersionId).IsConcurrencyToken();
        builder.Ignore(u => u.IsComplete);
        builder.Ignore(u => u.State);
        builder.Ignore(u => u.Request);
        builder.HasIndex(u => new { u.UserId, u.CreatedAt });
        builder.HasIndex(u => u.ExpiresAt);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(u => u.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
