using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Jobs;

/// <summary>Long work over REST: look at it, follow it, stop it.</summary>
internal static class JobApi
{
    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("").WithTags("Jobs");
        jobs.MapGet("/jobs/{jobId:guid}", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A job: state, progress, and why it failed");
        jobs.MapPost("/jobs/{jobId:guid}/cancel", CancelAsync).Needs(WorkspaceRole.Editor).WithSummary("Stop a job; it is asked first and killed after a few seconds");
        jobs.MapGet("/jobs/{jobId:guid}/events", EventsAsync).Needs(WorkspaceRole.Reader).WithSummary("Follow a job as server-sent events until it is over");
        jobs.MapGet("/workspaces/{workspaceId:guid}/jobs", ListAsync).Needs(WorkspaceRole.Reader).WithSummary("Jobs of a workspace, newest first");
        return api;
    }

    private static async Task<Ok<JobAnswer>> GetAsync(Guid jobId, Caller caller, JobService jobs, CancellationToken cancellationToken) =>
        TypedResults.Ok(JobAnswer.Of(await jobs.GetAsync(caller.Actor, jobId, cancellationToken)));

    private static async Task<Accepted<JobAnswer>> CancelAsync(Guid jobId, Caller caller, JobService jobs, CancellationToken cancellationToken)
    {
        await jobs.CancelAsync(caller.Actor, jobId, cancellationToken);
        return TypedResults.Accepted($"/api/v1/jobs/{jobId:N}", JobAnswer.Of(await jobs.GetAsync(caller.Actor, jobId, cancellationToken)));
    }

    private static async Task<ServerSentEventsResult<JobAnswer>> EventsAsync(Guid jobId, Caller caller, JobService jobs, News news, CancellationToken cancellationToken)
    {
        await jobs.GetAsync(caller.Actor, jobId, cancellationToken);
        return TypedResults.ServerSentEvents(EventStream.Follow(
            news, Topic.Job(jobId), "job", async token => JobAnswer.Of(await jobs.GetAsync(caller.Actor, jobId, token)), job => job.EndedAt is not null, cancellationToken));
    }

    private static async Task<Ok<Page<JobAnswer>>> ListAsync(Guid workspaceId, Caller caller, JobService jobs, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await jobs.ListAsync(caller.Actor, workspaceId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<JobAnswer>([.. page.Items.Select(JobAnswer.Of)], page.NextPageToken));
    }
}

/// <summary>A job over REST.</summary>
/// <param name="Progress">0 … 1.</param>
/// <param name="Position">Jobs before it while it waits.</param>
public sealed record JobAnswer(
    Guid Id, string Kind, JobState State, double Progress, string? Stage, string? Message, int? Position, int Attempt, string? Error, string? ErrorCode,
    Guid SubjectId, DateTime CreatedAt, DateTime? StartedAt, DateTime? EndedAt)
{
    public static JobAnswer Of(JobView job) => new(
        job.Id, job.Kind, job.State, job.Progress, job.Stage, job.Message, job.Position, job.Attempt, job.Error, job.ErrorCode, job.SubjectId, job.CreatedAt, job.StartedAt, job.EndedAt);
}
