using System.Text.Json;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Jobs;

/// <summary>
/// The feature whose rows a kind of job is about: it says what is to be computed and records what came out.
/// Runs beside the database, in the server; every method must be harmless when it is called twice.
/// </summary>
public interface IJobOwner
{
    string Kind { get; }

    /// <summary>
    /// Called when a worker takes the job, for each attempt: reads the rows, checks that the work still makes sense
    /// (a thrown <see cref="Common.HubException"/> fails the job without a retry), forgets what an earlier attempt left.
    /// </summary>
    Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken);

    /// <summary>Curve points reported while the job runs. Called in batches, at most about four times a second.</summary>
    Task RecordMetricsAsync(HubDbContext db, Job job, IReadOnlyList<JobMetric> points, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Records the result. Called inside the transaction that ends the job and only by the holder of the lease,
    /// so the effect happens exactly once. Output files are stored already: blob first, row last. Must not save or commit itself.
    /// </summary>
    Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Records that the job failed or was cancelled, in the transaction that ends it. Must not save or commit itself.</summary>
    Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken);

    /// <summary>Topics beside the job's own and the workspace's that change with this job, e.g. its run.</summary>
    IReadOnlyList<string> Topics(Job job) => [];
}

/// <param name="Spec">Document for the handler.</param>
/// <param name="Inputs">Name → blob to be laid out as a read-only file.</param>
/// <param name="Outputs">Names of files that the handler may write; missing ones are left out.</param>
public sealed record JobPlan(JsonElement Spec, IReadOnlyDictionary<string, BlobHash> Inputs, IReadOnlyList<string> Outputs)
{
    /// <summary>Wall-clock limit; <c>null</c> takes the server's.</summary>
    public TimeSpan? TimeLimit { get; init; }
}

public sealed record JobMetric(string Key, long Step, double Value, DateTime At);

/// <param name="State"><see cref="JobState.Failed"/> or <see cref="JobState.Cancelled"/>.</param>
/// <param name="Code">Stable code, <c>null</c> when cancelled.</param>
/// <param name="Message">For the user.</param>
public sealed record JobFailure(JobState State, string? Code, string Message);
