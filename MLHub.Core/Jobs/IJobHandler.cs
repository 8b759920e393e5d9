using System.Text.Json;

namespace MLHub.Core.Jobs;

/// <summary>
/// Computes one kind of job. Runs alone in a child process without database, storage or secrets: it sees its task,
/// its input files and an output folder. Killing it at any moment must be harmless.
/// </summary>
/// <remarks>Throw <see cref="Common.HubException"/> when the user's data or settings are to blame; anything else counts as our fault: the job fails and the trace goes to the server's log. Only a worker that was lost is tried again.</remarks>
public interface IJobHandler
{
    /// <summary>The same word as <see cref="Job.Kind"/>.</summary>
    string Kind { get; }

    /// <returns>The result document that <see cref="IJobOwner.CompleteAsync"/> gets.</returns>
    Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken);
}

/// <summary>What the child process is given.</summary>
/// <param name="Kind">Which handler.</param>
/// <param name="Spec">What to do: a document that <see cref="IJobOwner.PlanAsync"/> wrote. It holds no secrets.</param>
/// <param name="Inputs">Name → absolute path of a read-only file.</param>
/// <param name="OutputFolder">Files written here under the names of <see cref="JobPlan.Outputs"/> are stored when the job succeeds.</param>
/// <param name="ScratchFolder">Empty at the start, removed at the end.</param>
/// <param name="Threads">How many threads the job may keep busy.</param>
/// <param name="MemoryBytes">The memory that the job may use; above it the process is killed.</param>
public sealed record JobTask(
    string Kind,
    JsonElement Spec,
    IReadOnlyDictionary<string, string> Inputs,
    string OutputFolder,
    string ScratchFolder,
    int Threads,
    long MemoryBytes)
{
    public string OutputPath(string name) => Path.Combine(OutputFolder, name);
}

/// <summary>How a running handler speaks to the outside. Calls never block on the database; they may come from any thread.</summary>
public interface IJobReporter
{
    /// <param name="progress">0 … 1.</param>
    /// <param name="stage">One word or two: <c>reading</c>, <c>training</c>.</param>
    /// <param name="message">What is going on, for the user: <c>epoch 34 / 100</c>.</param>
    void Progress(double progress, string stage, string? message = null);

    void Log(JobLogLevel level, string text);

    /// <summary>One point of a curve: <c>train_log_loss</c>, <c>val_log_loss</c> …</summary>
    void Metric(string key, long step, double value);

    /// <summary>Cancelled when the user asks to stop early and keep what is there ("finish now"); not the same as cancel.</summary>
    CancellationToken FinishRequested { get; }
}

public enum JobLogLevel
{
    Information,
    Warning,
    Error,
}
