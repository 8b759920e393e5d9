using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Jobs;

/// <summary>Section <c>MLHub:Jobs</c>: how long work is done on this machine.</summary>
public sealed class JobOptions
{
    public const string Section = "MLHub:Jobs";

    /// <summary>Jobs at a time in this process; 0 makes the server only serve and leaves the work to <c>mlhub worker</c>.</summary>
    [Range(0, 64)]
    public int Slots { get; set; } = 1;

    /// <summary>Memory of one job in megabytes; above it the child process is killed.</summary>
    [Range(256, 1_048_576)]
    public int MemoryMegabytes { get; set; } = 4096;

    /// <summary>Wall-clock limit of one job.</summary>
    [Range(1, 10_080)]
    public int TimeLimitMinutes { get; set; } = 240;

    /// <summary>A worker that says nothing for so long has lost its job to the next one.</summary>
    [Range(5, 600)]
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>How long a cancelled job may take to stop by itself before it is killed.</summary>
    [Range(1, 60)]
    public int CancelGraceSeconds { get; set; } = 6;

    /// <summary>Threads of one job; 0 divides the cores among the slots.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    public int ResolvedThreads => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount / Math.Max(1, Slots));
}
