using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Experiments;

/// <summary>What a program tells of a run that it computes itself.</summary>
internal static class ExternalRunApi
{
    public static IEndpointRouteBuilder MapExternalRuns(this IEndpointRouteBuilder api)
    {
        var external = api.MapGroup("").WithTags("Logging");
        external.MapPost("/experiments/{experimentId:guid}/runs", CreateAsync).Needs(WorkspaceRole.Editor).Idempotent()
            .WithSummary("Announce a run that a program of yours computes; it counts as running until it says otherwise")
            .WithExample(new ExternalRunBody("first try", "resnet18", new Dictionary<string, JsonElement> { ["lr"] = JsonSerializer.SerializeToElement(0.01) }, new Dictionary<string, string> { ["baseline"] = "" }));
        var run = external.MapGroup("/runs/{runId:guid}");
        run.MapPost("/parameters", ParametersAsync).Needs(WorkspaceRole.Editor)
            .WithSummary("Log parameters: numbers, texts, true, false, lists, objects. One that is set stays")
            .WithExample(new ParametersBody(new Dictionary<string, JsonElement> { ["lr"] = JsonSerializer.SerializeToElement(0.01), ["layers"] = JsonSerializer.SerializeToElement(new[] { 64, 32 }) }));
        run.MapPost("/metrics", MetricsAsync).Needs(WorkspaceRole.Editor).Idempotent()
            .WithSummary("Log up to 10 000 points of curves; the very same point is stored once. NaN, Infinity and -Infinity are written as words")
            .WithExample(new PointsBody([new("loss", 0.42, 100, null), new("accuracy", 0.91, 100, null)]), new MetricsLogged(2, 2, RunState.Running));
        run.MapPost("/heartbeat", HeartbeatAsync).Needs(WorkspaceRole.Editor).WithSummary("Say that the program lives; the answer tells when somebody cancelled the run");
        return api;
    }

    private static async Task<Created<RunAnswer>> CreateAsync(Guid experimentId, ExternalRunBody body, Caller caller, ExternalRunService external, RunService runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var id = await external.CreateAsync(caller.Actor, experimentId, body.ToRequest(), cancellationToken);
        var run = await runs.GetAsync(caller.Actor, id, cancellationToken);
        return TypedResults.Created($"/api/v1/runs/{id:N}", RunAnswer.Of(run, null, time.GetUtcNow().UtcDateTime));
    }

    private static async Task<Ok<StateAnswer>> ParametersAsync(Guid runId, ParametersBody body, Caller caller, ExternalRunService external, CancellationToken cancellationToken) =>
        TypedResults.Ok(new StateAnswer(await external.LogParametersAsync(caller.Actor, runId, body.Parameters ?? throw HubException.Field("parameters", "Send the parameters as an object."), cancellationToken)));

    private static async Task<Ok<MetricsLogged>> MetricsAsync(Guid runId, PointsBody body, Caller caller, ExternalRunService external, CancellationToken cancellationToken) =>
        TypedResults.Ok(await external.LogMetricsAsync(caller.Actor, runId, Points(body), cancellationToken));

    private static List<ExternalPoint> Points(PointsBody body) =>
    [
        .. (body.Points ?? throw HubException.Field("points", "Send the points as a list.")).Select((p, i) => p is { Key: { } key, Value: { } value }
            ? new ExternalPoint(key, value, p.Step, p.Timestamp)
            : throw HubException.Field($"points[{i}]", "A point has a key and a value.", "BAD_POINT")),
    ];

    private static async Task<Ok<StateAnswer>> HeartbeatAsync(Guid runId, Caller caller, ExternalRunService external, CancellationToken cancellationToken) =>
        TypedResults.Ok(new StateAnswer(await external.HearAsync(caller.Actor, runId, cancellationToken)));
}

/// <param name="Name">Absent makes one up.</param>
/// <param name="Parameters">Numbers, texts, true, false, lists, objects.</param>
/// <param name="ParentRunId">The run that this one is a part of: a fold, a trial.</param>
/// <param name="DatasetId">The dataset here that it learns from, if there is one.</param>
/// <param name="DatasetVersion">Absent takes the newest that is ready.</param>
public sealed record ExternalRunBody(
    string? Name = null,
    string? Algorithm = null,
    IReadOnlyDictionary<string, JsonElement>? Parameters = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    string? Note = null,
    Guid? ParentRunId = null,
    Guid? DatasetId = null,
    int? DatasetVersion = null,
    DateTimeOffset? StartedAt = null)
{
    public ExternalRunRequest ToRequest() => new()
    {
        Name = Name,
        Algorithm = Algorithm,
        Parameters = Parameters ?? new Dictionary<string, JsonElement>(),
        Tags = Tags ?? new Dictionary<string, string>(),
        Note = Note,
        ParentRunId = ParentRunId,
        DatasetId = DatasetId,
        DatasetVersion = DatasetVersion,
        StartedAt = StartedAt,
    };
}

public sealed record ParametersBody(IReadOnlyDictionary<string, JsonElement>? Parameters);

public sealed record PointsBody(IReadOnlyList<PointBody>? Points);

/// <param name="Step">Iteration, epoch, batch …; absent is 0.</param>
/// <param name="Timestamp">Absent is now.</param>
public sealed record PointBody(string? Key, double? Value, long Step = 0, DateTimeOffset? Timestamp = null);

public sealed record StateAnswer(RunState State);
