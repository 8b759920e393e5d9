using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;
using MLHub.Web.Jobs;

namespace MLHub.Web.Experiments;

/// <summary>Experiments and the start of training over REST.</summary>
internal static class ExperimentApi
{
    public static IEndpointRouteBuilder MapExperiments(this IEndpointRouteBuilder api)
    {
        var experiments = api.MapGroup("").WithTags("Experiments");
        experiments.MapGet("/algorithms", Algorithms).NeedsSignIn().WithSummary("Algorithms and their parameters; which of them work on this server");
        experiments.MapGet("/workspaces/{workspaceId:guid}/experiments", ListAsync).Needs(WorkspaceRole.Reader).WithSummary("Experiments of a workspace, last changed first");
        experiments.MapPost("/workspaces/{workspaceId:guid}/experiments", CreateAsync).Needs(WorkspaceRole.Editor).WithSummary("Make an experiment");
        experiments.MapGet("/experiments/{experimentId:guid}", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("An experiment");
        experiments.MapPatch("/experiments/{experimentId:guid}", EditAsync).Needs(WorkspaceRole.Editor).WithSummary("Change name or description; absent fields stay");
        experiments.MapDelete("/experiments/{experimentId:guid}", DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Move the experiment and its runs to the trash");
        experiments.MapPost("/experiments/{experimentId:guid}/train", TrainAsync).Needs(WorkspaceRole.Editor).WithSummary("Train a model: answers with the run and the job that computes it");
        experiments.MapPost("/experiments/{experimentId:guid}/search", TrySettingsAsync).Needs(WorkspaceRole.Editor)
            .WithSummary("Search for good settings, or train automatically: trials are child runs, the run itself becomes the training of the winner. The job computes the first trial; follow the run");
        experiments.MapPost("/experiments/{experimentId:guid}/runs/search", SearchAsync).Needs(WorkspaceRole.Reader).WithSummary("Runs of an experiment by filter and order, a page at a time")
            .WithExample(new RunSearchRequest("metric.auc > 0.9 and (algorithm in (lightgbm, fasttree) or tag has baseline) and created within 7d", "metric.auc desc, name"));
        return api;
    }

    private static Ok<Page<AlgorithmDescriptor>> Algorithms(AlgorithmCatalog catalog, string? task = null) =>
        TypedResults.Ok(new Page<AlgorithmDescriptor>(catalog.For(QueryWord.Parse<TrainingTask>(task, "task")), null));

    private static async Task<Ok<Page<ExperimentAnswer>>> ListAsync(
        Guid workspaceId, Caller caller, ExperimentService experiments, CancellationToken cancellationToken, string? search = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await experiments.ListAsync(caller.Actor, workspaceId, search, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<ExperimentAnswer>([.. page.Items.Select(ExperimentAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Created<ExperimentAnswer>> CreateAsync(Guid workspaceId, ExperimentRequest body, Caller caller, ExperimentService experiments, CancellationToken cancellationToken)
    {
        var made = await experiments.CreateAsync(caller.Actor, workspaceId, body.Name, body.Description, cancellationToken);
        return TypedResults.Created($"/api/v1/experiments/{made.Id:N}", ExperimentAnswer.Of(made));
    }

    private static async Task<Ok<ExperimentAnswer>> GetAsync(Guid experimentId, Caller caller, ExperimentService experiments, CancellationToken cancellationToken) =>
        TypedResults.Ok(ExperimentAnswer.Of(await experiments.GetAsync(caller.Actor, experimentId, cancellationToken)));

    private static async Task<Ok<ExperimentAnswer>> EditAsync(Guid experimentId, ExperimentEdit body, Caller caller, ExperimentService experiments, CancellationToken cancellationToken)
    {
        await experiments.EditAsync(caller.Actor, experimentId, body.Name, body.Description, cancellationToken);
        return TypedResults.Ok(ExperimentAnswer.Of(await experiments.GetAsync(caller.Actor, experimentId, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(Guid experimentId, Caller caller, ExperimentService experiments, CancellationToken cancellationToken)
    {
        await experiments.DeleteAsync(caller.Actor, experimentId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted<TrainAnswer>> TrainAsync(
        Guid experimentId, TrainRequest body, Caller caller, TrainingService training, RunService runs, JobService jobs, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = await training.StartAsync(caller.Actor, experimentId, body.ToRequest(), cancellationToken);
        return await AcceptedAsync(started, caller, runs, jobs, time, cancellationToken);
    }

    private static async Task<Accepted<TrainAnswer>> TrySettingsAsync(
        Guid experimentId, SearchTrainRequest body, Caller caller, SearchService searches, RunService runs, JobService jobs, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = await searches.StartAsync(caller.Actor, experimentId, body.ToRequest(), cancellationToken);
        return await AcceptedAsync(started, caller, runs, jobs, time, cancellationToken);
    }

    internal static async Task<Accepted<TrainAnswer>> AcceptedAsync(TrainingStarted started, Caller caller, RunService runs, JobService jobs, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(caller.Actor, started.RunId, cancellationToken);
        var job = await jobs.GetAsync(caller.Actor, started.JobId, cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{run.Id:N}", new TrainAnswer(RunAnswer.Of(run, null, time.GetUtcNow().UtcDateTime), JobAnswer.Of(job)));
    }

    private static async Task<Ok<Page<RunAnswer>>> SearchAsync(
        Guid experimentId, RunSearchRequest body, Caller caller, RunSearch runs, ModelService models, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = await runs.PageAsync(caller.Actor, experimentId, body.Filter, body.OrderBy, new(body.PageSize, body.PageToken), cancellationToken);
        var registered = await models.OfRunsAsync(caller.Actor, [.. page.Items.Select(r => r.Id)], cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        return TypedResults.Ok(new Page<RunAnswer>([.. page.Items.Select(r => RunAnswer.Of(r, registered.GetValueOrDefault(r.Id), now))], page.NextPageToken));
    }
}
