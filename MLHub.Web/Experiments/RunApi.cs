using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Experiments;

/// <summary>Runs over REST: what they are, what they measured, and how to stop them.</summary>
internal static class RunApi
{
    public static IEndpointRouteBuilder MapRuns(this IEndpointRouteBuilder api)
    {
        api.MapGet("/runs/compare", CompareAsync).Needs(WorkspaceRole.Reader).WithTags("Runs").WithSummary("Runs side by side: metrics with their distance to the first run, and what differs");
        var runs = api.MapGroup("/runs/{runId:guid}").WithTags("Runs");
        runs.MapGet("", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A run");
        runs.MapPatch("", EditAsync).Needs(WorkspaceRole.Editor).WithSummary("Change name, note or tags; end a run from outside. Absent fields stay");
        runs.MapDelete("", DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Move a run that is over to the trash");
        runs.MapGet("/metrics/{key}", CurveAsync).Needs(WorkspaceRole.Reader).WithSummary("A curve, thinned so that no peak is lost");
        runs.MapGet("/log", LogAsync).Needs(WorkspaceRole.Reader).WithSummary("What the run said, oldest first");
        runs.MapGet("/events", EventsAsync).Needs(WorkspaceRole.Reader).WithSummary("Follow a run as server-sent events until it is over");
        runs.MapGet("/evaluation", EvaluationAsync).Needs(WorkspaceRole.Reader).WithSummary("Metrics, baseline and curves on the test rows");
        runs.MapGet("/predictions", PredictionsAsync).Needs(WorkspaceRole.Reader).WithSummary("Test rows with what was true and what the model said");
        runs.MapGet("/trials", TrialsAsync).Needs(WorkspaceRole.Reader).WithSummary("The leaderboard of a search, in the order in which its trials were started");
        runs.MapPost("/cancel", CancelAsync).Needs(WorkspaceRole.Editor).WithSummary("Stop the run and throw its model away; a trial is skipped");
        runs.MapPost("/finish", FinishAsync).Needs(WorkspaceRole.Editor).WithSummary("End the run early and keep the best model so far; of a search the best trial");
        runs.MapPost("/rerun", RerunAsync).Needs(WorkspaceRole.Editor).WithSummary("The same configuration on the same rows again");
        runs.MapPost("/archive", ArchiveAsync).Needs(WorkspaceRole.Editor).WithSummary("Take the run out of sight; nothing is lost");
        runs.MapPost("/unarchive", UnarchiveAsync).Needs(WorkspaceRole.Editor).WithSummary("Take the run back from the archive");
        runs.MapPost("/restore", RestoreAsync).Needs(WorkspaceRole.Editor).WithSummary("Take the run back from the trash");
        runs.MapPost("/tags", TagAsync).Needs(WorkspaceRole.Editor).WithSummary("Add tags or change their values; the others stay").WithExample(new TagsRequest(new Dictionary<string, string> { ["baseline"] = "" }));
        runs.MapDelete("/tags/{key}", UntagAsync).Needs(WorkspaceRole.Editor).WithSummary("Remove a tag");
        return api;
    }

    /// <param name="ids">Ids of up to 20 runs, separated by commas.</param>
    private static async Task<Ok<ComparisonAnswer>> CompareAsync(string ids, Caller caller, RunComparison comparison, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await comparison.CompareAsync(caller.Actor, RunIds.Parse(ids), cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        return TypedResults.Ok(new ComparisonAnswer([.. found.Runs.Select(r => RunAnswer.Of(r, null, now))], found.Metrics, found.Facts));
    }

    private static async Task<NoContent> ArchiveAsync(Guid runId, Caller caller, RunService runs, CancellationToken cancellationToken)
    {
        await runs.ArchiveAsync(caller.Actor, runId, isArchived: true, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> UnarchiveAsync(Guid runId, Caller caller, RunService runs, CancellationToken cancellationToken)
    {
        await runs.ArchiveAsync(caller.Actor, runId, isArchived: false, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RestoreAsync(Guid runId, Caller caller, RunService runs, CancellationToken cancellationToken)
    {
        await runs.RestoreAsync(caller.Actor, runId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> TagAsync(Guid runId, TagsRequest body, Caller caller, RunService runs, CancellationToken cancellationToken)
    {
        await runs.TagAsync(caller.Actor, runId, body.Tags ?? throw HubException.Field("tags", "Send the tags as an object."), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> UntagAsync(Guid runId, string key, Caller caller, RunService runs, CancellationToken cancellationToken)
    {
        await runs.UntagAsync(caller.Actor, runId, key, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<RunAnswer>> GetAsync(Guid runId, Caller caller, RunService runs, ModelService models, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await AnswerAsync(runId, caller, runs, models, time, cancellationToken));

    private static async Task<RunAnswer> AnswerAsync(Guid runId, Caller caller, RunService runs, ModelService models, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(caller.Actor, runId, cancellationToken);
        var registered = await models.OfRunsAsync(caller.Actor, [runId], cancellationToken);
        return RunAnswer.Of(run, registered.GetValueOrDefault(runId), time.GetUtcNow().UtcDateTime);
    }

    private static async Task<Ok<RunAnswer>> EditAsync(Guid runId, RunEdit body, Caller caller, RunService runs, ExternalRunService external, ModelService models, TimeProvider time, CancellationToken cancellationToken)
    {
        // Also when nothing is to change: whoever may not change it hears so.
        if (body.State is null || body.Name is not null || body.Note is not null || body.Tags is not null)
        {
            await runs.EditAsync(caller.Actor, runId, body.Name, body.Note, body.Tags, cancellationToken);
        }

        if (body.State is { } state)
        {
            await external.ReportAsync(caller.Actor, runId, state, body.Error, body.EndedAt, cancellationToken);
        }

        return TypedResults.Ok(await AnswerAsync(runId, caller, runs, models, time, cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(Guid runId, Caller caller, RunService runs, CancellationToken cancellationToken)
    {
        await runs.DeleteAsync(caller.Actor, runId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<CurveAnswer>> CurveAsync(Guid runId, string key, Caller caller, RunResults results, CancellationToken cancellationToken, int maxPoints = RunResults.DefaultPoints) =>
        // A point without a value was not a number, and is told so.
        TypedResults.Ok(new CurveAnswer(key, [.. (await results.CurveAsync(caller.Actor, runId, key, maxPoints, cancellationToken)).Select(p => p with { Value = p.Value ?? double.NaN })]));

    private static async Task<Ok<LogAnswer>> LogAsync(Guid runId, Caller caller, RunResults results, CancellationToken cancellationToken, int after = 0)
    {
        var lines = await results.LogAsync(caller.Actor, runId, after, cancellationToken);
        return TypedResults.Ok(new LogAnswer([.. lines.Select(l => new LogLineAnswer(l.Number, l.At, l.Level, l.Text))]));
    }

    private static async Task<ServerSentEventsResult<RunAnswer>> EventsAsync(
        Guid runId, Caller caller, RunService runs, ModelService models, News news, TimeProvider time, CancellationToken cancellationToken)
    {
        var followed = await runs.GetAsync(caller.Actor, runId, cancellationToken);
        // A trial has no news of its own.
        var topic = Topic.Run(followed is { IsTrial: true, ParentRunId: { } search } ? search : runId);
        return TypedResults.ServerSentEvents(EventStream.Follow(
            news, topic, "run", token => AnswerAsync(runId, caller, runs, models, time, token), run => run.EndedAt is not null, cancellationToken));
    }

    private static async Task<Ok<EvaluationReport>> EvaluationAsync(Guid runId, Caller caller, RunResults results, CancellationToken cancellationToken) =>
        TypedResults.Ok(await results.EvaluationAsync(caller.Actor, runId, cancellationToken));

    /// <param name="part"><c>train</c>, <c>validation</c> or <c>test</c>; absent takes the part that the metrics are about.</param>
    /// <param name="filter"><c>wrong</c>, <c>confident-wrong</c>, <c>near-threshold</c> or <c>flagged</c>.</param>
    /// <param name="threshold">Binary: another threshold than one half.</param>
    private static async Task<Ok<PredictionPage>> PredictionsAsync(
        Guid runId, Caller caller, RunPredictions predictions, CancellationToken cancellationToken,
        long offset = 0, int limit = 100, string? part = null, string? filter = null, string? actual = null, string? predicted = null, double? threshold = null) =>
        TypedResults.Ok(await predictions.ReadAsync(
            caller.Actor,
            runId,
            new()
            {
                Offset = offset,
                Limit = limit,
                Part = part,
                Filter = PredictionPlace.FilterOf(filter) ?? throw HubException.Invalid($"The filter is one of {string.Join(", ", PredictionPlace.FilterWords)}, or absent.", "BAD_FILTER"),
                Actual = actual,
                Predicted = predicted,
                Threshold = threshold,
            },
            cancellationToken));

    private static async Task<Ok<TrialsAnswer>> TrialsAsync(Guid runId, Caller caller, SearchService searches, CancellationToken cancellationToken)
    {
        var search = await searches.FindAsync(caller.Actor, runId, cancellationToken) ?? throw HubException.Conflict("This run does not search: it has no trials.", "NO_SEARCH");
        return TypedResults.Ok(new TrialsAnswer(search.Summary, search.Configuration.Algorithms, search.Configuration.Space, search.Trials));
    }

    private static async Task<Accepted<RunAnswer>> CancelAsync(Guid runId, Caller caller, RunService runs, ModelService models, TimeProvider time, CancellationToken cancellationToken)
    {
        await runs.CancelAsync(caller.Actor, runId, cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{runId:N}", await AnswerAsync(runId, caller, runs, models, time, cancellationToken));
    }

    private static async Task<Accepted<RunAnswer>> FinishAsync(Guid runId, Caller caller, RunService runs, ModelService models, TimeProvider time, CancellationToken cancellationToken)
    {
        await runs.FinishAsync(caller.Actor, runId, cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{runId:N}", await AnswerAsync(runId, caller, runs, models, time, cancellationToken));
    }

    private static async Task<Accepted<TrainAnswer>> RerunAsync(Guid runId, Caller caller, TrainingService training, RunService runs, JobService jobs, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = await training.RerunAsync(caller.Actor, runId, cancellationToken);
        return await ExperimentApi.AcceptedAsync(started, caller, runs, jobs, time, cancellationToken);
    }
}

/// <param name="SearchSpace">Parameter → values; those that the search chose itself are missing.</param>
/// <param name="Items">In the order in which they were started; <c>rank</c> says which is the best.</param>
public sealed record TrialsAnswer(SearchSummary Search, IReadOnlyList<string> Algorithms, IReadOnlyDictionary<string, Core.Training.Search.SearchRange> SearchSpace, IReadOnlyList<TrialView> Items);

public sealed record ComparisonAnswer(IReadOnlyList<RunAnswer> Runs, IReadOnlyList<ComparedMetric> Metrics, IReadOnlyList<ComparedFact> Facts);

public sealed record TagsRequest(IReadOnlyDictionary<string, string>? Tags);

public sealed record CurveAnswer(string Key, IReadOnlyList<MetricPointView> Points);

public sealed record LogAnswer(IReadOnlyList<LogLineAnswer> Items);

/// <param name="Number">Pass the last one as <c>after</c> to get what came since.</param>
public sealed record LogLineAnswer(int Number, DateTime At, JobLogLevel Level, string Text);
