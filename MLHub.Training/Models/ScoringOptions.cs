using System.ComponentModel.DataAnnotations;

namespace MLHub.Training.Models;

/// <summary>Section <c>MLHub:Scoring</c>: the processes that predict.</summary>
public sealed class ScoringOptions
{
    public const string Section = "MLHub:Scoring";

    /// <summary>Models kept warm at a time.</summary>
    [Range(1, 64)]
    public int Processes { get; set; } = 3;

    /// <summary>Heap of one scoring process in megabytes.</summary>
    [Range(128, 1_048_576)]
    public int MemoryMegabytes { get; set; } = 1024;

    /// <summary>Longest time for one request; then the process is replaced.</summary>
    [Range(1, 3600)]
    public int TimeLimitSeconds { get; set; } = 60;
}
