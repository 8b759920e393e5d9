using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;
using MLHub.Web.Datasets;
using MLHub.Web.Workspaces;

namespace MLHub.Web.Models;

/// <summary>The registry and predictions over REST.</summary>
internal static class ModelApi
{
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder api)
    {
        var models = api.MapGroup("").WithTags("Models");
        models.MapGet("/workspaces/{workspaceId:guid}/models", ListAsync).Needs(WorkspaceRole.Reader).WithSummary("Models of a workspace, last changed first");
        models.MapPost("/workspaces/{workspaceId:guid}/models", CreateAsync).Needs(WorkspaceRole.Editor).WithSummary("Make a model; versions come from runs");
        models.MapGet("/models/{modelId:guid}", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A model with its aliases");
        models.MapPatch("/models/{modelId:guid}", EditAsync).Needs(WorkspaceRole.Editor).WithSummary("Change name or description; absent fields stay");
        models.MapDelete("/models/{modelId:guid}", DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Move a model to the trash");
        models.MapGet("/models/{modelId:guid}/versions", VersionsAsync).Needs(WorkspaceRole.Reader).WithSummary("Versions, newest first");
        models.MapPost("/models/{modelId:guid}/versions", AddVersionAsync).Needs(WorkspaceRole.Editor).WithSummary("Keep the model of a finished run as the next version");
        models.MapGet("/models/{modelId:guid}/versions/{number:int}", VersionAsync).Needs(WorkspaceRole.Reader).WithSummary("A version with its signature");
        models.MapPut("/models/{modelId:guid}/aliases/{alias}", SetAliasAsync).Needs(WorkspaceRole.Editor).WithSummary("Point an alias at a version; moving champion back rolls back");
        models.MapDelete("/models/{modelId:guid}/aliases/{alias}", RemoveAliasAsync).Needs(WorkspaceRole.Editor).WithSummary("Remove an alias");
        models.MapGet("/models/{modelId:guid}/history", HistoryAsync).Needs(WorkspaceRole.Reader).WithSummary("Who moved which alias, when and why");
        models.MapPost("/models/{modelId:guid}/predict", PredictAsync).Needs(WorkspaceRole.Reader).WithSummary("Predict rows by alias (champion unless told) or version");
        models.MapPost("/models/{modelId:guid}/batch-predict", BatchAsync).Needs(WorkspaceRole.Reader).Idempotent()
            .WithSummary("Predict all rows of a dataset version; they become a new dataset with columns prediction, score and probability_…");
        models.MapGet("/models/{modelId:guid}/usage", UsageAsync).Needs(WorkspaceRole.Reader).WithSummary("How often the model was asked in the last 24 hours, how often in vain, and how long answers took");
        models.MapGet("/models/{modelId:guid}/batches", BatchesAsync).Needs(WorkspaceRole.Reader).WithSummary("Datasets that this model predicted, newest first");
        models.MapGet("/models/{modelId:guid}/compare", CompareAsync).Needs(WorkspaceRole.Reader).WithSummary("Versions side by side: versions=1,2; the first is the base");
        models.MapGet("/models/{modelId:guid}/versions/{number:int}/download", DownloadAsync).Needs(WorkspaceRole.Reader).WithSummary("The saved model, a zip with its manifest and a note how to use it; for members of the workspace");
        models.MapSharing<ModelSharing, RegisteredModel>("/models/{thingId:guid}", "model");
        models.MapGet("/explore/models", PublicAsync).NeedsSignIn().WithSummary("Models that are public on this server, last changed first");
        models.MapGet("/users/me/shared/models", SharedAsync).NeedsSignIn().WithSummary("Models that others shared with me by name");
        return api;
    }

    private static async Task<Ok<Page<ModelAnswer>>> PublicAsync(
        Caller caller, ModelService models, CancellationToken cancellationToken, string? search = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await models.ListPublicAsync(caller.Actor, search, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<ModelAnswer>([.. page.Items.Select(ModelAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<Page<ModelAnswer>>> SharedAsync(
        Caller caller, ModelService models, CancellationToken cancellationToken, string? search = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await models.ListSharedAsync(caller.Actor, search, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<ModelAnswer>([.. page.Items.Select(ModelAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<Page<ModelAnswer>>> ListAsync(
        Guid workspaceId, Caller caller, ModelService models, CancellationToken cancellationToken, string? search = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await models.ListAsync(caller.Actor, workspaceId, search, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<ModelAnswer>([.. page.Items.Select(ModelAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Created<ModelAnswer>> CreateAsync(Guid workspaceId, ModelRequest body, Caller caller, ModelService models, CancellationToken cancellationToken)
    {
        var made = await models.CreateAsync(caller.Actor, workspaceId, body.Name, body.Description, body.Task, cancellationToken);
        return TypedResults.Created($"/api/v1/models/{made.Id:N}", ModelAnswer.Of(made));
    }

    private static async Task<Ok<ModelAnswer>> GetAsync(Guid modelId, Caller caller, ModelService models, CancellationToken cancellationToken) =>
        TypedResults.Ok(ModelAnswer.Of(await models.GetAsync(caller.Actor, modelId, cancellationToken)));

    private static async Task<Ok<ModelAnswer>> EditAsync(Guid modelId, ModelEdit body, Caller caller, ModelService models, CancellationToken cancellationToken)
    {
        await models.EditAsync(caller.Actor, modelId, body.Name, body.Description, cancellationToken);
        return TypedResults.Ok(ModelAnswer.Of(await models.GetAsync(caller.Actor, modelId, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(Guid modelId, Caller caller, ModelService models, CancellationToken cancellationToken)
    {
        await models.DeleteAsync(caller.Actor, modelId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<ModelVersionAnswer>>> VersionsAsync(Guid modelId, Caller caller, ModelService models, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await models.VersionsAsync(caller.Actor, modelId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<ModelVersionAnswer>([.. page.Items.Select(ModelVersionAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Created<ModelVersionAnswer>> AddVersionAsync(Guid modelId, ModelVersionRequest body, Caller caller, ModelService models, CancellationToken cancellationToken)
    {
        var made = await models.AddVersionAsync(caller.Actor, modelId, body.RunId, body.Description, body.Threshold, cancellationToken);
        return TypedResults.Created($"/api/v1/models/{modelId:N}/versions/{made.Number}", ModelVersionAnswer.Of(made));
    }

    private static async Task<Ok<ModelVersionAnswer>> VersionAsync(Guid modelId, int number, Caller caller, ModelService models, CancellationToken cancellationToken) =>
        TypedResults.Ok(ModelVersionAnswer.Of(await models.VersionAsync(caller.Actor, modelId, number, cancellationToken)));

    private static async Task<Ok<ModelAnswer>> SetAliasAsync(Guid modelId, string alias, AliasRequest body, Caller caller, ModelService models, CancellationToken cancellationToken)
    {
        await models.SetAliasAsync(caller.Actor, modelId, alias, body.Version, body.Reason, cancellationToken);
        return TypedResults.Ok(ModelAnswer.Of(await models.GetAsync(caller.Actor, modelId, cancellationToken)));
    }

    private static async Task<NoContent> RemoveAliasAsync(Guid modelId, string alias, Caller caller, ModelService models, CancellationToken cancellationToken)
    {
        await models.RemoveAliasAsync(caller.Actor, modelId, alias, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<AliasChangeView>>> HistoryAsync(Guid modelId, Caller caller, ModelService models, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null) =>
        TypedResults.Ok(await models.HistoryAsync(caller.Actor, modelId, new(pageSize, pageToken), cancellationToken));

    private static async Task<Ok<PredictAnswer>> PredictAsync(
        Guid modelId, PredictRequest body, Caller caller, PredictionService predictions, CancellationToken cancellationToken, string? alias = null, int? version = null)
    {
        if (alias is not null && version is not null)
        {
            throw HubException.Invalid("Name an alias or a version, not both.");
        }

        var answer = await predictions.PredictAsync(caller.Actor, modelId, version?.ToString() ?? alias, body.Rows, cancellationToken);
        return TypedResults.Ok(new PredictAnswer(answer.Rows, answer.Version, answer.IgnoredColumns));
    }

    private static async Task<Accepted<AcceptedAnswer>> BatchAsync(
        Guid modelId, BatchBody body, Caller caller, BatchPredictionService batches, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        if (body.Alias is not null && body.ModelVersion is not null)
        {
            throw HubException.Invalid("Name an alias or a version of the model, not both.");
        }

        var started = await batches.StartAsync(caller.Actor, modelId, new(body.DatasetId, body.Version, body.Alias, body.ModelVersion, body.Name), cancellationToken);
        return await AcceptedAnswer.ReadAsync(new(started.DatasetId, started.VersionId, started.VersionNumber, started.JobId), caller.Actor, datasets, jobs, cancellationToken);
    }

    private static async Task<Ok<Page<BatchAnswer>>> BatchesAsync(Guid modelId, Caller caller, BatchPredictionService batches, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await batches.ListAsync(caller.Actor, modelId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<BatchAnswer>([.. page.Items.Select(BatchAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<ModelUsageView>> UsageAsync(Guid modelId, Caller caller, ModelUsage usage, CancellationToken cancellationToken) =>
        TypedResults.Ok(await usage.OfAsync(caller.Actor, modelId, cancellationToken));

    private static async Task<Ok<ModelComparisonAnswer>> CompareAsync(Guid modelId, string versions, Caller caller, ModelComparison comparison, CancellationToken cancellationToken) =>
        TypedResults.Ok(ModelComparisonAnswer.Of(await comparison.CompareAsync(caller.Actor, modelId, VersionNumbers.Parse(versions), cancellationToken)));

    private static async Task<FileStreamHttpResult> DownloadAsync(Guid modelId, int number, Caller caller, ModelDownload download, CancellationToken cancellationToken)
    {
        var file = await download.OpenAsync(caller.Actor, modelId, number, cancellationToken);
        return TypedResults.Stream(file.Content, "application/zip", file.FileName, null, new EntityTagHeaderValue($"\"{file.Hash}\""), enableRangeProcessing: true);
    }
}

public sealed record ModelRequest(string Name, TrainingTask Task, string? Description = null);

public sealed record ModelEdit(string? Name = null, string? Description = null);

/// <param name="Threshold">Two classes: from which score on a row is called positive; one half when it is left out.</param>
public sealed record ModelVersionRequest(Guid RunId, string? Description = null, double? Threshold = null);

/// <param name="Reason">Why; kept in the history.</param>
public sealed record AliasRequest(int Version, string? Reason = null);

/// <param name="Rows">Raw columns by name.</param>
public sealed record PredictRequest(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows);

/// <param name="Version">Of the dataset; the newest when it is left out.</param>
/// <param name="Alias">Of the model; champion when neither it nor a version is named.</param>
/// <param name="Name">Of the new dataset; made up when it is left out.</param>
public sealed record BatchBody(Guid DatasetId, int? Version = null, string? Alias = null, int? ModelVersion = null, string? Name = null);

/// <summary>A dataset of predictions and where it came from.</summary>
/// <param name="Source">Its name is left out for whoever may not read it.</param>
public sealed record BatchAnswer(
    Guid Id, int ModelVersion, BatchSource Source, Guid DatasetId, string DatasetName, DatasetVersionState State, long RowCount, string? Error, Guid JobId, double Progress, DateTime CreatedAt)
{
    public static BatchAnswer Of(BatchView b) =>
        new(b.Id, b.ModelVersion, new(b.SourceDatasetId, b.SourceName, b.SourceVersion), b.ResultDatasetId, b.ResultName, b.State, b.RowCount, b.Error, b.JobId, b.Progress, b.CreatedAt);
}

public sealed record BatchSource(Guid Id, string? Name, int Version);

/// <param name="IgnoredColumns">Columns of the rows that the model does not know.</param>
public sealed record PredictAnswer(IReadOnlyList<PredictionRow> Predictions, int Version, IReadOnlyList<string> IgnoredColumns);

/// <summary>A model over REST.</summary>
/// <param name="Aliases">Alias → version.</param>
/// <param name="Metrics">Of the champion, or of the newest version when there is none.</param>
public sealed record ModelAnswer(
    Guid Id, Guid WorkspaceId, string Name, string? Description, TrainingTask Task, IReadOnlyDictionary<string, int> Aliases, int? LatestVersion,
    Visibility Visibility, IReadOnlyDictionary<string, double> Metrics, DateTime CreatedAt, DateTime UpdatedAt, WorkspaceRole? MyRole)
{
    public static ModelAnswer Of(ModelView m) =>
        new(m.Id, m.WorkspaceId, m.Name, m.Description, m.Task, m.Aliases, m.LatestVersion, m.Visibility, m.Metrics, m.CreatedAt, m.UpdatedAt, m.MyRole);
}

public sealed record ModelVersionAnswer(
    int Number, Guid RunId, string? Description, IReadOnlyDictionary<string, double> Metrics, RunDataset Dataset, string Algorithm, ModelSignature Signature, long SizeBytes,
    IReadOnlyList<string> Aliases, DateTime CreatedAt, Guid CreatedBy)
{
    public static ModelVersionAnswer Of(ModelVersionView v) =>
        new(v.Number, v.RunId, v.Description, v.Metrics, v.Dataset, v.Algorithm, v.Signature, v.SizeBytes, v.Aliases, v.CreatedAt, v.CreatedBy);
}
