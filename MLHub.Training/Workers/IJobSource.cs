using System.Text.Json;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Training.Workers;

/// <summary>
/// Where a worker gets jobs from and brings what came out: the database beside it, or a server over HTTP. Whatever is said about a job is
/// refused with <see cref="JobLease.Lost"/> once somebody else has it.
/// </summary>
internal interface IJobSource : IDisposable
{
    /// <summary>How often there may be news of a running job.</summary>
    TimeSpan Pulse { get; }

    /// <summary>Takes a name and frees the jobs of this worker's former life. Called once, before all others.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Only looks after jobs that nobody works on any more, for a server that takes none itself.</summary>
    Task TidyAsync(CancellationToken cancellationToken);

    Task<JobAssignment?> TakeAsync(CancellationToken cancellationToken);

    /// <summary>Returns when there may be work, at the latest after the given time.</summary>
    Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>An input as a local file.</summary>
    Task<BlobFile> FetchAsync(JobAssignment job, string name, CancellationToken cancellationToken);

    /// <summary>Stores an output; the file may be moved away.</summary>
    Task StoreAsync(JobAssignment job, string name, string path, CancellationToken cancellationToken);

    Task<JobOrders> BeatAsync(JobAssignment job, JobReport report, CancellationToken cancellationToken);

    Task CompleteAsync(JobAssignment job, JsonElement result, CancellationToken cancellationToken);

    Task AbandonAsync(JobAssignment job, JobFailure failure, CancellationToken cancellationToken);

    Task ReleaseAsync(JobAssignment job, bool countsAsAttempt, CancellationToken cancellationToken);

    /// <summary>Whether a failure means that the other side is away and may come back.</summary>
    bool IsAway(Exception failure);
}
