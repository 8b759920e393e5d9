namespace MLHub.Core.Datasets.Trash;

public enum TrashKind
{
    Dataset,
    Version,
}

/// <summary>A deleted dataset, or one deleted version of a dataset that lives.</summary>
/// <param name="Id">Of the dataset or of the version.</param>
/// <param name="Name">Of the dataset.</param>
public sealed record TrashItem(Guid Id, TrashKind Kind, Guid DatasetId, string Name)
{
    /// <summary>Of a version.</summary>
    public int? Number { get; init; }

    public DateTime DeletedAt { get; init; }

    public string? DeletedByName { get; init; }

    /// <summary>When it goes by itself.</summary>
    public DateTime EndsAt { get; init; }

    public Guid CreatedBy { get; init; }

    /// <summary>How many versions go with it.</summary>
    public int Versions { get; init; }

    public long? RowCount { get; init; }

    public long Bytes { get; init; }

    /// <summary>The actor may delete it for ever: a manager, or whoever made it.</summary>
    public bool MayPurge { get; init; }

    public bool MayRestore { get; init; }
}

/// <summary>What deleting for ever would mean.</summary>
/// <param name="Runs">Runs that learned from it; they keep their rows, numbers and models.</param>
public sealed record TrashConsequences(int Versions, long Bytes, int Runs, int Models);
