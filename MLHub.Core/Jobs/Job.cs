namespace MLHub.Core.Jobs;

public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>
/// A piece of long work: a row that one worker holds at a time. State changes only through <see cref="JobQueue"/>,
/// whose statements check the lease token, so that a worker that lost its lease can no longer write.
/// </summary>
public sealed class Job
{
    private Job()
    {
    }

    public Guid Id { get; private set; }

    public Guid WorkspaceId { get; private set; }

    /// <summary>The user for whom the job works.</summary>
    public Guid CreatedBy { get; private set; }

    /// <summary>Which <see cref="IJobHandler"/> computes it and which <see cref="IJobOwner"/> records it, e.g. <c>dataset.import</c>.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>What the job is about: id of the dataset version, of the run …</summary>
    public Guid SubjectId { get; private set; }

    public JobState State { get; private set; }

    public int Attempt { get; private set; }

    public int MaxAttempts { get; private set; }

    public int Priority { get; private set; }

    /// <summary>0 … 1.</summary>
    public double Progress { get; private set; }

    /// <summary>The step the job is in, one word or two: <c>reading</c>, <c>training</c>.</summary>
    public string? Stage { get; private set; }

    public string? Message { get; private set; }

    /// <summary>Why it failed, for the user.</summary>
    public string? Error { get; private set; }

    /// <summary>Stable code of the failure, e.g. <c>CSV_QUOTE_UNCLOSED</c> or <c>OUT_OF_MEMORY</c>.</summary>
    public string? ErrorCode { get; private set; }

    public bool CancelRequested { get; private set; }

    /// <summary>Stop early, but keep what is there (a model trained so far).</summary>
    public bool FinishRequested { get; private set; }

    public string? Worker { get; private set; }

    /// <summary>Random, new at each claim: whoever writes about the job must name it.</summary>
    public string? LeaseToken { get; private set; }

    /// <summary>Milliseconds since 1970 by the clock of the database, the only clock that counts.</summary>
    public long? LeaseUntil { get; private set; }

    /// <summary>What the holder of the lease may read and what it has stored so far.</summary>
    public JobFiles? Files { get; private set; }

    /// <summary>Number of the last report of the lease that was written; one that comes twice is told by it.</summary>
    public long Reports { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime? StartedAt { get; private set; }

    public DateTime? EndedAt { get; private set; }

    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    public static Job Create(string kind, Guid workspaceId, Guid createdBy, Guid subjectId, DateTime now, int maxAttempts = 3, int priority = 0) => new()
    {
        Id = Guid.CreateVersion7(),
        Kind = kind,
        WorkspaceId = workspaceId,
        CreatedBy = createdBy,
        SubjectId = subjectId,
        State = JobState.Queued,
        MaxAttempts = maxAttempts,
        Priority = priority,
        CreatedAt = now,
    };
}
