using MLHub.Core.Common;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>A dataset as lists and pages show it; counts are those of the newest ready version.</summary>
public sealed record DatasetView
{
    public required Guid Id { get; init; }

    public required Guid WorkspaceId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public Visibility Visibility { get; init; }

    public int? LatestVersion { get; init; }

    public long? RowCount { get; init; }

    public int? ColumnCount { get; init; }

    public long? SizeBytes { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    public Guid CreatedBy { get; init; }

    public string? CreatedByName { get; init; }

    /// <summary>The version with the highest number, ready or not: a list shows by it that an import runs or failed.</summary>
    public NewestVersion? Newest { get; init; }

    /// <summary>How many versions there are, whatever became of them.</summary>
    public int VersionCount { get; init; }

    /// <summary>Cells without a value in the newest ready version; <c>null</c> when it was not counted.</summary>
    public long? MissingCells { get; init; }

    /// <summary>What was made of it: <c>3 runs</c>, <c>1 model</c>; lists fill it in.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    public WorkspaceRole? MyRole { get; init; }

    internal Thing AsThing() => new("dataset", Id, WorkspaceId, Visibility);
}

public sealed record NewestVersion(int Number, DatasetVersionState State, DatasetVersionCause Cause, Guid? JobId, string? Error, string? ErrorCode);

/// <summary>A version as lists and pages show it.</summary>
public sealed record DatasetVersionView
{
    public required Guid Id { get; init; }

    public required Guid DatasetId { get; init; }

    public required int Number { get; init; }

    public DatasetVersionState State { get; init; }

    public DatasetVersionCause Cause { get; init; }

    public int? Parent { get; init; }

    public string? Message { get; init; }

    public Guid CreatedBy { get; init; }

    public string? CreatedByName { get; init; }

    public DateTime CreatedAt { get; init; }

    public Guid? JobId { get; init; }

    public long RowCount { get; init; }

    public int ColumnCount { get; init; }

    public long SizeBytes { get; init; }

    public string? ContentHash { get; init; }

    public string? OriginalName { get; init; }

    public long OriginalBytes { get; init; }

    public string? OriginalHash { get; init; }

    public IReadOnlyList<DatasetColumn> Columns { get; init; } = [];

    public ImportReport? ImportReport { get; init; }

    public VersionRecipe? Recipe { get; init; }

    public ImportOptions? ImportOptions { get; init; }

    public string? Error { get; init; }

    public string? ErrorCode { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];
}

public sealed record DatasetQuery
{
    /// <summary>Part of the name or description, without regard to case.</summary>
    public string? Search { get; init; }

    public string? Tag { get; init; }

    /// <summary>Who made it.</summary>
    public Guid? Owner { get; init; }

    public DatasetOrder Order { get; init; } = DatasetOrder.Updated;

    /// <summary>The other way round than is usual for the order: names from the end, figures and times from the smallest.</summary>
    public bool IsReversed { get; init; }

    public PageRequest Page { get; init; } = new();
}

public enum DatasetOrder
{
    /// <summary>Last changed first.</summary>
    Updated,

    /// <summary>From A.</summary>
    Name,

    /// <summary>Most first, as all that follow.</summary>
    Rows,
    Columns,
    Size,
    Created,
}

/// <summary>What the datasets of a workspace can be narrowed down by, with how many there are.</summary>
public sealed record DatasetFacets(IReadOnlyList<(string Tag, int Count)> Tags, IReadOnlyList<(Guid Id, string Name, int Count)> Owners);

/// <summary>Figures for a workspace's home page.</summary>
public sealed record DatasetCounts(int Datasets, int Versions, long StoredBytes);
