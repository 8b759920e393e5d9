using MLHub.Core.Jobs;

namespace MLHub.Training.Workers;

/// <summary>Where a task is computed. Today a child process of this machine; a cluster's scheduler fits behind the same door.</summary>
internal interface IJobExecutor
{
    /// <summary>Computes until the end, the time limit or cancellation.</summary>
    /// <param name="task">Its folders exist and belong to this execution alone.</param>
    /// <param name="hear">Called for each message but the last, in order, on one thread at a time.</param>
    /// <param name="finish">Cancelled when the user wants it to end early with what it has.</param>
    /// <param name="cancel">Cancelled to stop it: asked first, killed after the grace time.</param>
    Task<ExecutionEnd> ExecuteAsync(JobTask task, string workFolder, TimeSpan timeLimit, Action<ChildMessage> hear, CancellationToken finish, CancellationToken cancel);
}

/// <summary>How an execution ended: with a result, with a failure, or cancelled when both are missing.</summary>
internal sealed record ExecutionEnd(System.Text.Json.JsonElement? Result, ChildFailure? Failure);
