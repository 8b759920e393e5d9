using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Experiments;

/// <summary>Section <c>MLHub:Experiments</c>: runs that programs elsewhere report.</summary>
public sealed class ExperimentOptions
{
    public const string Section = "MLHub:Experiments";

    /// <summary>A run from outside that says nothing for so long is shown as lost. It comes back with its next word.</summary>
    [Range(1, 10_080)]
    public int LostAfterMinutes { get; set; } = 15;

    /// <summary>Size of one artifact.</summary>
    [Range(1, 1_048_576)]
    public int MaxArtifactMegabytes { get; set; } = 5120;

    /// <summary>Artifacts of one run.</summary>
    [Range(1, 1_000_000)]
    public int MaxArtifactsPerRun { get; set; } = 10_000;
}
