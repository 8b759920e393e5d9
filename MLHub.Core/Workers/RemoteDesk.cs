using MLHub.Core.Common;
using MLHub.Core.Jobs;

namespace MLHub.Core.Workers;

/// <summary>
/// How a worker comes in: it says who it is, and takes jobs in its own name. Processes that share a token are told apart by their instance.
/// What it then says about a job goes to the <see cref="JobDesk"/>, with the lease.
/// </summary>
public sealed class RemoteDesk(WorkerService workers, JobDesk desk, JobQueue queue)
{
    /// <summary>Code of the refusal of a worker that runs another version of the program.</summary>
    public const string OtherVersion = "OTHER_VERSION";

    private const int MaxInstanceLength = 32;

    /// <summary>Greets a process that begins. Jobs of its former life are free at once: their children died with it.</summary>
    public async Task GreetAsync(WorkerIdentity worker, string instance, WorkerFacts facts, CancellationToken cancellationToken)
    {
        await workers.GreetAsync(worker, facts, cancellationToken);
        RequireVersion(facts.Version);
        await queue.ExpireAsync(NameOf(worker, instance), cancellationToken);
    }

    /// <summary>The next job; <c>null</c> when there is none, or the worker is being drained.</summary>
    public async Task<JobAssignment?> TakeAsync(WorkerIdentity worker, string instance, string version, CancellationToken cancellationToken)
    {
        RequireVersion(version);
        return worker.IsDraining ? null : await desk.TakeAsync(NameOf(worker, instance), cancellationToken);
    }

    /// <summary>What a handler is given and returns changes with the program: only the same one understands it.</summary>
    private static void RequireVersion(string version)
    {
        if (version != ProgramVersion.Text)
        {
            throw HubException.Conflict($"This server runs MLHub {ProgramVersion.Text}, the worker another one. Start the worker from the server's own version.", OtherVersion);
        }
    }

    private static string NameOf(WorkerIdentity worker, string instance) => instance.Length is > 0 and <= MaxInstanceLength && instance.All(char.IsAsciiLetterOrDigit)
        ? $"{worker.Holder}/{instance}"
        : throw HubException.Invalid($"An instance is called by 1 to {MaxInstanceLength} letters and digits.", "BAD_INSTANCE");
}
