using System.ComponentModel.DataAnnotations;

namespace MLHub.Core.Queries;

/// <summary>Section <c>MLHub:Queries</c>: SQL that people write.</summary>
public sealed class QueryOptions
{
    public const string Section = "MLHub:Queries";

    /// <summary>In the environment of a job's child, which has no settings: these options as JSON.</summary>
    public const string JobVariable = "MLHUB_SANDBOX";

    /// <summary>Longest time for one question; a query that is saved as a version is a job and gets the job's time.</summary>
    [Range(1, 600)]
    public int TimeLimitSeconds { get; set; } = 10;

    /// <summary>Memory of the engine for one question; its whole process may have twice as much.</summary>
    [Range(128, 65_536)]
    public int MemoryMegabytes { get; set; } = 512;

    /// <summary>Rows of a result that is downloaded; what is shown is less.</summary>
    [Range(1000, 100_000_000)]
    public int MaxRows { get; set; } = 1_000_000;

    /// <summary>Bytes of a result, and of what the engine spills to disk.</summary>
    [Range(16, 65_536)]
    public int MaxMegabytes { get; set; } = 2048;

    /// <summary>Questions answered at a time; more wait in turn, each person's in order.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 2;

    /// <summary>Questions of one person that may wait; the next is refused.</summary>
    [Range(1, 100)]
    public int WaitingPerPerson { get; set; } = 4;

    /// <summary>
    /// Runs people's SQL also where the operating system offers nothing to shut it in. Only for a server whose users you would give a shell.
    /// </summary>
    public bool AllowInsecureUserSql { get; set; }

    /// <summary>The best protection that is tried; lower it only to find out why a stronger one does not work.</summary>
    public SandboxLevel MaxLevel { get; set; } = SandboxLevel.Full;

    public QueryLimits Limits => new(TimeLimitSeconds, MemoryMegabytes, 1, MaxRows, MaxMegabytes);
}
