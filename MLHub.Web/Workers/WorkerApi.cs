using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Workers;
using MLHub.Web.Api;

namespace MLHub.Web.Workers;

/// <summary>What workers call, and how administrators let them in.</summary>
internal static class WorkerApi
{
    private const int MaxReport = 5000;

    public static IEndpointRouteBuilder MapWorkers(this IEndpointRouteBuilder api)
    {
        var admin = api.MapGroup("/workers").WithTags("Workers");
        admin.MapGet("", ListAsync).NeedsSignIn().WithSummary("The workers of this server and what they do; for its administrators");
        admin.MapPost("", CreateAsync).NeedsSignIn().Idempotent().WithSummary("Let a worker in; its token is shown this once")
            .WithExample(new WorkerRequest("gpu-1"));
        admin.MapPatch("/{workerId:guid}", EditAsync).NeedsSignIn().WithSummary("Drain a worker, or let it go on").WithExample(new WorkerEdit(true));
        admin.MapDelete("/{workerId:guid}", RemoveAsync).NeedsSignIn().WithSummary("Remove a worker; its token is refused at once");

        var worker = api.MapGroup("/worker").WithTags("Workers").NeedsWorker();
        worker.MapPost("/hello", GreetAsync).WithSummary("A worker begins; jobs of its former life are free at once");
        worker.MapPost("/jobs", TakeAsync).WithSummary("The next job, under a lease; nothing when there is none");
        var job = worker.MapGroup("/jobs/{jobId:guid}");
        job.MapGet("/inputs/{name}", InputAsync).WithSummary("An input of a job that is held");
        job.MapPut("/outputs/{name}", StoreAsync).WithSummary("Store an output of a job that is held; its hash is checked");
        job.MapPost("/beat", BeatAsync).WithSummary("Keep the lease, tell how far it is, hear what the user wants");
        job.MapPost("/finish", FinishAsync).WithSummary("End a job with its result");
        job.MapPost("/fail", FailAsync).WithSummary("End a job without a result");
        job.MapPost("/release", ReleaseAsync).WithSummary("Give a job back unfinished");
        return api;
    }

    private static async Task<Ok<Page<WorkerView>>> ListAsync(Caller caller, WorkerService workers, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null) =>
        TypedResults.Ok(await workers.ListAsync(caller.Actor, new(pageSize, pageToken), cancellationToken));

    private static async Task<Created<NewWorkerAnswer>> CreateAsync(WorkerRequest body, Caller caller, WorkerService workers, CancellationToken cancellationToken)
    {
        var made = await workers.CreateAsync(caller.Actor, body.Name, cancellationToken);
        return TypedResults.Created($"{ApiPaths.Prefix}/workers/{made.View.Id:N}", new NewWorkerAnswer(made.View.Id, made.View.Name, made.Token));
    }

    private static async Task<NoContent> EditAsync(Guid workerId, WorkerEdit body, Caller caller, WorkerService workers, CancellationToken cancellationToken)
    {
        await workers.DrainAsync(caller.Actor, workerId, body.IsDraining, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(Guid workerId, Caller caller, WorkerService workers, CancellationToken cancellationToken)
    {
        await workers.RemoveAsync(caller.Actor, workerId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> GreetAsync(WorkerHello body, WorkerCaller caller, RemoteDesk desk, CancellationToken cancellationToken)
    {
        await desk.GreetAsync(caller.Worker, body.Instance, body.Facts, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<JobAssignment>, NoContent>> TakeAsync(WorkerAsk body, WorkerCaller caller, RemoteDesk desk, CancellationToken cancellationToken) =>
        await desk.TakeAsync(caller.Worker, body.Instance, body.Version, cancellationToken) is { } job ? TypedResults.Ok(job) : TypedResults.NoContent();

    private static async Task<FileStreamHttpResult> InputAsync(Guid jobId, string name, HeldJob held, JobDesk desk, IBlobStore blobs, CancellationToken cancellationToken) =>
        TypedResults.Stream(await blobs.OpenAsync(await desk.InputAsync(held.Lease, name, cancellationToken), cancellationToken), "application/octet-stream");

    private static async Task<Created<JobFile>> StoreAsync(Guid jobId, string name, HttpContext http, HeldJob held, JobDesk desk, IBlobStore blobs, CancellationToken cancellationToken)
    {
        // Models and tables are as large as they are; the store watches its disk while it writes.
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var expected = BlobHash.Parse(http.Request.Headers[WorkerHeaders.Hash].ToString());
        var stored = await desk.StoreAsync(held.Lease, name, () => PutAsync(blobs, http.Request.Body, expected, cancellationToken), cancellationToken);
        return TypedResults.Created((string?)null, new JobFile(stored.Hash.ToString(), stored.Length));
    }

    private static async Task<BlobRef> PutAsync(IBlobStore blobs, Stream body, BlobHash expected, CancellationToken cancellationToken)
    {
        var stored = await blobs.PutAsync(body, cancellationToken);
        // Bytes that nobody names are swept.
        return stored.Hash == expected ? stored : throw HubException.Impossible("Other bytes arrived than were announced. Send them again.", "HASH_MISMATCH");
    }

    private static async Task<Ok<JobOrders>> BeatAsync(Guid jobId, JobReport body, HeldJob held, JobDesk desk, CancellationToken cancellationToken)
    {
        if (body.Lines is not { Count: <= MaxReport } || body.Points is not { Count: <= MaxReport })
        {
            throw HubException.Invalid($"A report holds up to {MaxReport} lines and as many points.", "REPORT_TOO_LONG");
        }

        return TypedResults.Ok(await desk.BeatAsync(held.Lease, body, cancellationToken));
    }

    private static async Task<NoContent> FinishAsync(Guid jobId, WorkerResult body, HeldJob held, JobDesk desk, CancellationToken cancellationToken)
    {
        await desk.CompleteAsync(held.Lease, body.Result, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> FailAsync(Guid jobId, JobFailure body, HeldJob held, JobDesk desk, CancellationToken cancellationToken)
    {
        if (body.State is not (JobState.Failed or JobState.Cancelled))
        {
            throw HubException.Invalid("A job ends without a result as failed or cancelled.", "BAD_STATE");
        }

        await desk.AbandonAsync(held.Lease, body, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReleaseAsync(Guid jobId, WorkerRelease body, HeldJob held, JobDesk desk, CancellationToken cancellationToken)
    {
        await desk.ReleaseAsync(held.Lease, body.CountsAsAttempt, cancellationToken);
        return TypedResults.NoContent();
    }
}

public sealed record WorkerRequest(string? Name);

public sealed record WorkerEdit(bool IsDraining);

/// <param name="Token">Shown this once.</param>
public sealed record NewWorkerAnswer(Guid Id, string Name, string Token);
