using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>What a feature made of the versions of a dataset: it stands above datasets, which do not know it.</summary>
public interface IVersionUses
{
    /// <summary>The newest first, a bounded number.</summary>
    Task<IReadOnlyList<VersionUse>> FindAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken);
}

public enum VersionUseKind
{
    Run,
    Model,

    /// <summary>A dataset with a model's answers to its rows.</summary>
    Predictions,

    /// <summary>The model whose answers its rows hold.</summary>
    PredictedBy,

    /// <summary>A version, mostly of another dataset, whose rows it was computed from.</summary>
    Source,

    /// <summary>A version, mostly of another dataset, that was computed from its rows.</summary>
    Dataset,
}

/// <summary>Something that was made from a version.</summary>
/// <param name="Name">Of the run, of the model with its version, or of the dataset.</param>
public sealed record VersionUse(Guid VersionId, VersionUseKind Kind, Guid Id, string Name)
{
    /// <summary>It reads the rows now or is about to: the version has to stay.</summary>
    public bool IsActive { get; init; }

    /// <summary>Which version of the dataset that is named.</summary>
    public int? Version { get; init; }

    /// <summary>Aliases that point at the model version: <c>champion</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
