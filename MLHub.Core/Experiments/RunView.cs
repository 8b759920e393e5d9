using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>A run as lists and pages show it.</summary>
public sealed record RunView
{
    public required Guid Id { get; init; }

    public required Guid WorkspaceId { get; init; }

    public required Guid ExperimentId { get; init; }

    public required string ExperimentName { get; init; }

    public Guid? ParentRunId { get; init; }

    public required string Name { get; init; }

    public RunSource Source { get; init; }

    public RunState State { get; init; }

    /// <summary><c>null</c> for a run from outside.</summary>
    public TrainingConfiguration? Configuration { get; init; }

    public string? Algorithm { get; init; }

    public TrainingTask? Task { get; init; }

    /// <summary>As they were given, by name; of a training also the defaults once it has finished.</summary>
    public IReadOnlyDictionary<string, JsonElement> Parameters { get; init; } = new Dictionary<string, JsonElement>();

    public RunDataset? Dataset { get; init; }

    /// <summary><c>null</c> for a run from outside.</summary>
    public Guid? JobId { get; init; }

    /// <summary>0 … 1.</summary>
    public double Progress { get; init; }

    public string? Stage { get; init; }

    public string? Message { get; init; }

    /// <summary>How far its search is; <c>null</c> for a run that does not search.</summary>
    public SearchSummary? Search { get; init; }

    /// <summary>It was asked to stop and has not yet.</summary>
    public bool IsStopping { get; init; }

    public IReadOnlyDictionary<string, RunMetricView> Metrics { get; init; } = new Dictionary<string, RunMetricView>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public string? Note { get; init; }

    public TrainingResult? Result { get; init; }

    public string? Error { get; init; }

    public string? ErrorCode { get; init; }

    public Guid CreatedBy { get; init; }

    public string? CreatedByName { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? EndedAt { get; init; }

    /// <summary>When its program was last heard of, for runs from outside.</summary>
    public DateTime? SeenAt { get; init; }

    public DateTime? ArchivedAt { get; init; }

    public WorkspaceRole? MyRole { get; init; }

    /// <summary>What MLHub was told to compute; only for runs of its own.</summary>
    public (TrainingConfiguration Configuration, RunDataset Dataset) Training => Configuration is { } configuration && Dataset is { } dataset
        ? (configuration, dataset)
        : throw new InvalidOperationException("A run from outside has no training. Ask IsExternal first.");

    public bool IsExternal => Source == RunSource.External;

    /// <summary>A trial of a search: judged on validation rows, without a model that is kept.</summary>
    public bool IsTrial => Source == RunSource.Mlhub && ParentRunId is not null;

    /// <summary>Its trials are still going on.</summary>
    public bool IsSearching => Search is { IsOver: false } && !IsOver;

    public bool IsOver => State is RunState.Finished or RunState.Failed or RunState.Cancelled;

    public TimeSpan? Duration(DateTime now) => StartedAt is { } start ? (EndedAt ?? now) - start : null;
}

/// <param name="Name">Today's name of the dataset; <c>null</c> when it was deleted.</param>
public sealed record RunDataset(Guid Id, string? Name, int Version, string ContentHash)
{
    internal static RunDataset Of(RunData data, string? name) => new(data.DatasetId, name, data.Version, data.ContentHash.ToString());
}

/// <summary><c>null</c> where the value was not a number.</summary>
public sealed record RunMetricView(double? Last, double? Min, double? Max, long Step);

/// <summary>A point of a curve; of several points in one bucket the first, lowest, highest and last are kept.</summary>
public sealed record MetricPointView(long Step, double? Value, DateTime At);

public enum RunOrder
{
    Newest,
    Oldest,
    Name,
}

public sealed record RunQuery
{
    public RunOrder Order { get; init; }

    /// <summary>Only runs in these states; empty takes all.</summary>
    public IReadOnlyList<RunState> States { get; init; } = [];

    public PageRequest Page { get; init; } = new();
}
