using System.Text.Json;

namespace MLHub.Core.Workers;

/// <summary>A process of a worker begins.</summary>
/// <param name="Instance">Tells it apart from others with the same token; the same after a restart on its machine.</param>
public sealed record WorkerHello(string Instance, WorkerFacts Facts);

/// <summary>A process of a worker asks for a job.</summary>
/// <param name="Version">Of its program.</param>
public sealed record WorkerAsk(string Instance, string Version);

/// <param name="Result">The document that the handler returned; files were stored before.</param>
public sealed record WorkerResult(JsonElement Result);

/// <param name="CountsAsAttempt">False when the worker only stops.</param>
public sealed record WorkerRelease(bool CountsAsAttempt);

public static class WorkerHeaders
{
    /// <summary>The lease token of the job that a request is about.</summary>
    public const string Lease = "MLHub-Lease";

    /// <summary>SHA-256 of an output, as the worker computed it.</summary>
    public const string Hash = "MLHub-SHA256";
}
