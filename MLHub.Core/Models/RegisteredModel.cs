using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>A model that people use by name: numbered versions, each from a run, and aliases that say which one counts.</summary>
public sealed class RegisteredModel : IShareable
{
    public const int MaxDescriptionLength = 4000;

    private RegisteredModel()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    public string Name { get; private set; } = "";

    public string NameKey { get; private set; } = "";

    public string? Description { get; private set; }

    public TrainingTask Task { get; private set; }

    public Visibility Visibility { get; private set; }

    /// <summary>Number of the newest version; numbers are never used again.</summary>
    public int LatestVersion { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    public DateTime? DeletedAt { get; private set; }

    public static RegisteredModel Create(Guid workspaceId, string name, string? description, TrainingTask task, Guid createdBy, DateTime now)
    {
        var model = new RegisteredModel
        {
            Id = Guid.CreateVersion7(),
            WorkspaceId = workspaceId,
            Task = task,
            CreatedBy = createdBy,
            CreatedAt = now,
        };
        model.Rename(name, now);
        model.Describe(description, now);
        return model;
    }

    public void Rename(string name, DateTime now)
    {
        Name = Slug.RequireName(name, "model");
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

    public Thing AsThing() => new("model", Id, WorkspaceId, Visibility);

    public void Show(Visibility visibility, DateTime now)
    {
        Visibility = visibility;
        UpdatedAt = now;
    }

    internal int NextVersion(DateTime now)
    {
        UpdatedAt = now;
        return ++LatestVersion;
    }

    public void Delete(DateTime now)
    {
        DeletedAt = now;
        // Names are unique among the living only.
        NameKey = $"{NameKey}#{Id:N}";
    }
}

/// <summary>One saved model. Nothing of it changes but the description.</summary>
public sealed class ModelVersion
{
    private ModelVersion()
    {
    }

    public Guid Id { get; private set; }

    public Guid ModelId { get; private set; }

    public int Number { get; private set; }

    public Guid RunId { get; private set; }

    public string? Description { get; private set; }

    /// <summary>The artefact: recipe, schema, trainer, golden rows.</summary>
    public BlobHash ArtefactHash { get; private set; }

    /// <summary>Proof that this server made the artefact; see <see cref="BlobSeal"/>.</summary>
    public string ArtefactSeal { get; private set; } = "";

    public long SizeBytes { get; private set; }

    public ModelSignature Signature { get; private set; } = null!;

    /// <summary>Metrics of the run on its test rows, copied so that the version tells its story even when the run is deleted.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; private set; } = new Dictionary<string, double>();

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <param name="threshold">Two classes: from which score on a row is called positive; <c>null</c> is one half.</param>
    internal static ModelVersion Create(Guid modelId, int number, Run run, string? description, double? threshold, Guid createdBy, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        ModelId = modelId,
        Number = number,
        RunId = run.Id,
        Description = description,
        ArtefactHash = run.ModelHash!.Value,
        ArtefactSeal = run.ModelSeal!,
        SizeBytes = run.ModelBytes!.Value,
        Signature = threshold is null ? run.Result!.Signature : run.Result!.Signature with { Output = run.Result.Signature.Output with { Threshold = threshold } },
        Metrics = run.Result.Metrics,
        CreatedBy = createdBy,
        CreatedAt = now,
    };
}

/// <summary>A movable name for a version: <c>champion</c>, <c>challenger</c> … Clients predict by alias and never change their address.</summary>
public sealed class ModelAlias
{
    public const string Champion = "champion";

    private ModelAlias()
    {
    }

    public Guid ModelId { get; private set; }

    public string Alias { get; private set; } = "";

    public int Version { get; private set; }

    internal static ModelAlias Create(Guid modelId, string alias, int version) => new() { ModelId = modelId, Alias = alias, Version = version };

    internal void MoveTo(int version) => Version = version;
}

/// <summary>What an alias meant and since when: who moved it, from where to where, and why.</summary>
public sealed class ModelAliasChange
{
    private ModelAliasChange()
    {
    }

    public Guid Id { get; private set; }

    public Guid ModelId { get; private set; }

    public string Alias { get; private set; } = "";

    public int? FromVersion { get; private set; }

    /// <summary><c>null</c>: the alias was removed.</summary>
    public int? ToVersion { get; private set; }

    public string? Reason { get; private set; }

    public Guid ChangedBy { get; private set; }

    public DateTime ChangedAt { get; private set; }

    internal static ModelAliasChange Create(Guid modelId, string alias, int? from, int? to, string? reason, Guid changedBy, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        ModelId = modelId,
        Alias = alias,
        FromVersion = from,
        ToVersion = to,
        Reason = reason,
        ChangedBy = changedBy,
        ChangedAt = now,
    };
}

internal sealed class RegisteredModelConfiguration : IEntityTypeConfiguration<RegisteredModel>
{
    public void Configure(EntityTypeBuilder<RegisteredModel> builder)
    {
        builder.ToTable("Models");
        builder.Property(m => m.Name).HasMaxLength(Slug.MaxNameLength);
        builder.Property(m => m.NameKey).HasMaxLength(200);
        builder.Property(m => m.Description).HasMaxLength(RegisteredModel.MaxDescriptionLength);
        builder.Property(m => m.Task).HasConversion<string>().HasMaxLength(16);
        builder.Property(m => m.Visibility).HasConversion<string>().HasMaxLength(16);
        // Two versions registered at once must not get one number.
        builder.Property(m => m.LatestVersion).IsConcurrencyToken();
        builder.HasIndex(m => new { m.WorkspaceId, m.NameKey }).IsUniqueOr("A model of this name exists in the workspace. Choose another name, or add a version to it.");
        builder.HasOne<Workspace>().WithMany().HasForeignKey(m => m.WorkspaceId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ModelVersionConfiguration : IEntityTypeConfiguration<ModelVersion>
{
    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.ToTable("ModelVersions");
        builder.Property(v => v.Description).HasMaxLength(RegisteredModel.MaxDescriptionLength);
        builder.Property(v => v.ArtefactSeal).HasMaxLength(64);
        builder.Property(v => v.Signature).HasJson();
        builder.Property(v => v.Metrics).HasJson();
        builder.HasIndex(v => new { v.ModelId, v.Number }).IsUniqueOr("This version exists already.");
        builder.HasIndex(v => v.RunId);
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(v => v.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ModelAliasConfiguration : IEntityTypeConfiguration<ModelAlias>
{
    public void Configure(EntityTypeBuilder<ModelAlias> builder)
    {
        builder.ToTable("ModelAliases");
        builder.HasKey(a => new { a.ModelId, a.Alias });
        builder.Property(a => a.Alias).HasMaxLength(64);
        // Two who move it at once must not both be told that they moved it from where it was.
        builder.Property(a => a.Version).IsConcurrencyToken();
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(a => a.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ModelAliasChangeConfiguration : IEntityTypeConfiguration<ModelAliasChange>
{
    public void Configure(EntityTypeBuilder<ModelAliasChange> builder)
    {
        builder.ToTable("ModelAliasChanges");
        builder.Property(c => c.Alias).HasMaxLength(64);
        builder.Property(c => c.Reason).HasMaxLength(1000);
        builder.HasIndex(c => new { c.ModelId, c.ChangedAt });
        builder.HasOne<RegisteredModel>().WithMany().HasForeignKey(c => c.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}
