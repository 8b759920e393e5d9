using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>A table with a history. Its rows live in immutable versions; only name, words about it and visibility change.</summary>
public sealed class Dataset : IShareable
{
    public const int MaxDescriptionLength = 4000;
    public const int MaxTags = 20;
    public const int MaxTagLength = 40;

    private Dataset()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as compared: unique in a workspace among datasets that are not deleted.</summary>
    public string NameKey { get; private set; } = "";

    public string? Description { get; private set; }

    public IReadOnlyList<string> Tags { get; private set; } = [];

    public Visibility Visibility { get; private set; }

    /// <summary>The newest version that is ready; <c>null</c> until the first import has succeeded.</summary>
    public int? LatestVersion { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    /// <summary>When it went to the trash; then it is invisible everywhere.</summary>
    public DateTime? DeletedAt { get; private set; }

    public Guid? DeletedBy { get; private set; }

    /// <summary>When it was deleted for ever: the row and the bytes behind it follow soon.</summary>
    public DateTime? PurgedAt { get; private set; }

    public static Dataset Create(Guid workspaceId, Guid createdBy, string name, string? description, DateTime now)
    {
        var dataset = new Dataset { Id = Guid.CreateVersion7(), WorkspaceId = workspaceId, CreatedBy = createdBy, CreatedAt = now };
        dataset.Rename(name, now);
        dataset.Describe(description, now);
        return dataset;
    }

    public void Rename(string name, DateTime now)
    {
        Name = Slug.RequireName(name, "dataset");
        NameKey = Slug.Key(Name);
        UpdatedAt = now;
    }

    public void Describe(string? description, DateTime now)
    {
        if (description is { Length: > MaxDescriptionLength })
        {
            throw HubException.Field("description", $"The description may have up to {MaxDescriptionLength} characters.", "TOO_LONG");
        }

        Description = string.IsNullOrWhiteSpace(description) ? null : description.Trim();
        UpdatedAt = now;
    }

    public void Tag(IEnumerable<string> tags, DateTime now)
    {
        Tags = CleanTags(tags);
        UpdatedAt = now;
    }

    internal static IReadOnlyList<string> CleanTags(IEnumerable<string> tags)
    {
        var words = tags.Select(t => t.Trim().ToLowerInvariant()).Where(t => t.Length > 0).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (words.Length > MaxTags || words.Any(t => t.Length > MaxTagLength || t.Any(char.IsControl)))
        {
            throw HubException.Field("tags", $"Up to {MaxTags} tags of up to {MaxTagLength} characters each.", "BAD_TAGS");
        }

        return words;
    }

    public Thing AsThing() => new("dataset", Id, WorkspaceId, Visibility);

    public void Show(Visibility visibility, DateTime now)
    {
        Visibility = visibility;
        UpdatedAt = now;
    }

    public void Delete(Guid by, DateTime now) => (DeletedAt, DeletedBy) = (now, by);

    /// <summary>Back from the trash, under another name when its own is taken.</summary>
    public void Undelete(string? name, DateTime now)
    {
        if (name is not null)
        {
            Rename(name, now);
        }

        (DeletedAt, DeletedBy, UpdatedAt) = (null, null, now);
    }

    public void Purge(DateTime now) => PurgedAt = now;
}

internal sealed class DatasetConfiguration : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.ToTable("Datasets");
        builder.Property(d => d.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(d => d.NameKey).HasMaxLength(Slug.MaxNameLength * 4);
        builder.Property(d => d.Description).HasMaxLength(Dataset.MaxDescriptionLength);
        builder.Property(d => d.Visibility).HasConversion<string>().HasMaxLength(16);
        builder.Property(d => d.Tags).HasJson();
        builder.HasIndex(d => new { d.WorkspaceId, d.NameKey })
            .IsUniqueOr("A dataset with this name exists already in this workspace. Choose another name, or upload a new version of it.")
            .HasFilter("\"DeletedAt\" IS NULL");
        builder.HasIndex(d => new { d.WorkspaceId, d.UpdatedAt });
        builder.HasOne<Workspace>().WithMany().HasForeignKey(d => d.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
