using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>A question under work: the runs that try to answer it.</summary>
public sealed class Experiment
{
    public const int MaxDescriptionLength = 4000;

    private Experiment()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Form of the name for comparison; free again when the experiment is deleted.</summary>
    public string NameKey { get; private set; } = "";

    public string? Description { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    public DateTime? DeletedAt { get; private set; }

    public static Experiment Create(Guid workspaceId, string name, string? description, Guid createdBy, DateTime now)
    {
        var experiment = new Experiment
        {
            Id = Guid.CreateVersion7(),
            WorkspaceId = workspaceId,
            CreatedBy = createdBy,
            CreatedAt = now,
        };
        experiment.Rename(name, now);
        experiment.Describe(description, now);
        return experiment;
    }

    public void Rename(string name, DateTime now)
    {
        Name = Slug.RequireName(name, "experiment");
        NameKey = Slug.Key(Name);
        UpdatedAt = now;
    }

    public void Describe(string? description, DateTime now)
    {
        if (description is { Length: > MaxDescriptionLength })
        {
            throw HubException.Field("description", $"A description has at most {MaxDescriptionLength} characters.");
        }

        Description = description;
        UpdatedAt = now;
    }

    public void Touch(DateTime now) => UpdatedAt = now;

    public void Delete(DateTime now)
    {
        DeletedAt = now;
        // Names are unique among the living only.
        NameKey = $"{NameKey}#{Id:N}";
    }
}

internal sealed class ExperimentConfiguration : IEntityTypeConfiguration<Experiment>
{
    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("Experiments");
        builder.Property(e => e.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(e => e.NameKey).HasMaxLength(200);
        builder.Property(e => e.Description).HasMaxLength(Experiment.MaxDescriptionLength);
        builder.HasIndex(e => new { e.WorkspaceId, e.NameKey }).IsUniqueOr("An experiment of this name exists in the workspace. Choose another name.");
        builder.HasOne<Workspace>().WithMany().HasForeignKey(e => e.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
