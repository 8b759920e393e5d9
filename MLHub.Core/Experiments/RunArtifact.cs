using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Experiments;

/// <summary>A file that belongs to a run, under a path of its own; the bytes are a blob.</summary>
public sealed class RunArtifact
{
    public const int MaxPathLength = 500;

    private RunArtifact()
    {
    }

    public Guid RunId { get; private set; }

    /// <summary>Parts joined by slashes, like <c>plots/roc.png</c>.</summary>
    public string Path { get; private set; } = "";

    public BlobHash Hash { get; private set; }

    public long Length { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public static RunArtifact Create(Guid runId, string path, BlobRef content, Guid createdBy, DateTime now)
    {
        var artifact = new RunArtifact { RunId = runId, Path = RequirePath(path) };
        artifact.Replace(content, createdBy, now);
        return artifact;
    }

    public void Replace(BlobRef content, Guid createdBy, DateTime now)
    {
        Hash = content.Hash;
        Length = content.Length;
        CreatedBy = createdBy;
        CreatedAt = now;
    }

    /// <summary>A path that means the same to every program: relative, forward slashes, no empty part, no dots that climb.</summary>
    public static string RequirePath(string path)
    {
        // Whoever decodes it once more must not get somewhere else.
        return IsGood(path) && IsGood(Uri.UnescapeDataString(path))
            ? path
            : throw HubException.Invalid($"A path of an artifact has 1 to {MaxPathLength} characters and parts joined by '/'; '.', '..', '\\' and '#' are not allowed.", "BAD_PATH");
    }

    private static bool IsGood(string path) =>
        path.Length is > 0 and <= MaxPathLength
        && path.Split('/').All(part => part.Length > 0 && part is not ("." or "..") && part.Trim().Length == part.Length)
        && !path.Any(c => char.IsControl(c) || c is '\\' or '#');
}

internal sealed class RunArtifactConfiguration : IEntityTypeConfiguration<RunArtifact>
{
    public void Configure(EntityTypeBuilder<RunArtifact> builder)
    {
        builder.ToTable("RunArtifacts");
        builder.HasKey(a => new { a.RunId, a.Path });
        builder.Property(a => a.Path).HasMaxLength(RunArtifact.MaxPathLength);
        builder.HasIndex(a => a.Hash);
        builder.HasOne<Run>().WithMany().HasForeignKey(a => a.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
