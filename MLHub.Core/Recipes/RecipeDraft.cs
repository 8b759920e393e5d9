using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>
/// The steps that a person is writing for a dataset and has not run yet. It outlives the page, the connection and the server;
/// nobody else sees it.
/// </summary>
public sealed class RecipeDraft
{
    private RecipeDraft()
    {
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public Guid DatasetId { get; private set; }

    public IReadOnlyList<RecipeStep> Steps { get; private set; } = [];

    /// <summary>Number of the version that was looked at when it was last changed.</summary>
    public int Version { get; private set; }

    /// <summary>The version that is being made of it; <c>null</c> while it is only written.</summary>
    public int? SavedAs { get; private set; }

    /// <summary>Counts the changes: two windows do not overwrite each other unseen.</summary>
    public int Revision { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    internal static RecipeDraft Create(Guid userId, Guid datasetId) => new() { Id = Guid.CreateVersion7(), UserId = userId, DatasetId = datasetId };

    internal void Write(IReadOnlyList<RecipeStep> steps, int version, DateTime now)
    {
        RecipeChecks.RequireLength(steps);
        (Steps, Version, SavedAs, UpdatedAt) = (steps, version, null, now);
        Revision++;
    }

    internal void SaveAs(int version, DateTime now)
    {
        (SavedAs, UpdatedAt) = (version, now);
        Revision++;
    }
}

internal sealed class RecipeDraftConfiguration : IEntityTypeConfiguration<RecipeDraft>
{
    public void Configure(EntityTypeBuilder<RecipeDraft> builder)
    {
        builder.ToTable("RecipeDrafts");
        // Text on both engines: jsonb would bring the pairs of a map into an order of its own.
        builder.Property(d => d.Steps).HasConversion(
            new ValueConverter<IReadOnlyList<RecipeStep>, string>(steps => HubJson.Write(steps), text => HubJson.Read<IReadOnlyList<RecipeStep>>(text)),
            new ValueComparer<IReadOnlyList<RecipeStep>>((a, b) => ReferenceEquals(a, b), steps => steps.Count, steps => steps));
        builder.Property(d => d.Revision).IsConcurrencyToken();
        builder.HasIndex(d => new { d.UserId, d.DatasetId }).IsUniqueOr("These steps were begun in another window just now. Load the page again.");
        builder.HasOne<HubUser>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(d => d.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}
