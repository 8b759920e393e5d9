using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>A model as lists and pages show it.</summary>
public sealed record ModelView
{
    public required Guid Id { get; init; }

    public required Guid WorkspaceId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public TrainingTask Task { get; init; }

    public Visibility Visibility { get; init; }

    /// <summary>Alias → version.</summary>
    public IReadOnlyDictionary<string, int> Aliases { get; init; } = new Dictionary<string, int>();

    public int? LatestVersion { get; init; }

    /// <summary>Of the champion, or of the newest version when there is none.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    public Guid CreatedBy { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    public WorkspaceRole? MyRole { get; init; }
}

/// <summary>A version as lists and pages show it.</summary>
public sealed record ModelVersionView
{
    public required Guid ModelId { get; init; }

    public required int Number { get; init; }

    public required Guid RunId { get; init; }

    public required string RunName { get; init; }

    public bool RunIsDeleted { get; init; }

    public required string Algorithm { get; init; }

    public string? Description { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public required RunDataset Dataset { get; init; }

    public required ModelSignature Signature { get; init; }

    public long SizeBytes { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public Guid CreatedBy { get; init; }

    public string? CreatedByName { get; init; }

    public DateTime CreatedAt { get; init; }
}

/// <param name="ToVersion"><c>null</c>: the alias was removed.</param>
public sealed record AliasChangeView(string Alias, int? FromVersion, int? ToVersion, string? Reason, Guid ChangedBy, string? ChangedByName, DateTime ChangedAt);

/// <summary>Where the model of a run is kept.</summary>
public sealed record RegisteredAs(Guid Id, string Name, int Version);
