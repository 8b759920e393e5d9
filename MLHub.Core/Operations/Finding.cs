namespace MLHub.Core.Operations;

/// <summary>Something that must not be, or that is only left over.</summary>
/// <param name="Code">Stable, e.g. <c>BLOB_MISSING</c>.</param>
/// <param name="Text">What it is about, for the operator: names and ids, no contents.</param>
/// <param name="IsHarmless">Room that is wasted, nothing that is lost.</param>
public sealed record Finding(string Code, string Text, bool IsHarmless = false);

/// <param name="IsWhole">Whether the bytes of every blob were read and compared with its name.</param>
/// <param name="Repaired">What was put right; it does not count among the findings.</param>
public sealed record CheckReport(int Blobs, long Bytes, bool IsWhole, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding> Repaired)
{
    public bool IsSound => Findings.All(f => f.IsHarmless);
}

/// <summary>How thorough a check is, and what it may do.</summary>
public sealed record CheckRequest
{
    /// <summary>Compare lengths only, without reading the bytes.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Remove what is left over.</summary>
    public bool Repair { get; init; }

    /// <summary>Folder of a backup out of which missing and damaged blobs are put back; <c>null</c> is none.</summary>
    public string? From { get; init; }
}
