using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Recipes;

/// <summary>Steps under a name, for all datasets of a workspace.</summary>
public sealed class RecipeTemplate
{
    public const int MaxDescriptionLength = 1000;

    private RecipeTemplate()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as compared: unique in a workspace.</summary>
    public string NameKey { get; private set; } = "";

    public string? Description { get; private set; }

    public IReadOnlyList<RecipeStep> Steps { get; private set; } = [];

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    public static RecipeTemplate Create(Guid workspaceId, Guid createdBy, string name, string? description, IReadOnlyList<RecipeStep> steps, DateTime now)
    {
        var template = new RecipeTemplate { Id = Guid.CreateVersion7(), WorkspaceId = workspaceId, CreatedBy = createdBy, CreatedAt = now };
        template.Rename(name, now);
        template.Describe(description, now);
        template.Take(steps, now);
        return template;
    }

    public void Rename(string name, DateTime now)
    {
        Name = Slug.RequireName(name, "recipe");
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

    public void Take(IReadOnlyList<RecipeStep> steps, DateTime now)
    {
        RecipeChecks.RequireKnown(steps);
        Steps = steps;
        UpdatedAt = now;
    }
}

internal sealed class RecipeTemplateConfiguration : IEntityTypeConfiguration<RecipeTemplate>
{
    public void Configure(EntityTypeBuilder<RecipeTemplate> builder)
    {
        builder.ToTable("RecipeTemplates");
        builder.Property(t => t.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(t => t.NameKey).HasMaxLength(Slug.MaxNameLength * 4);
        builder.Property(t => t.Description).HasMaxLength(RecipeTemplate.MaxDescriptionLength);
        builder.Property(t => t.Steps).HasJson();
        builder.HasIndex(t => new { t.WorkspaceId, t.NameKey }).IsUniqueOr("A recipe with this name exists already in this workspace. Choose another name, or replace its steps.");
        builder.HasOne<Workspace>().WithMany().HasForeignKey(t => t.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}
