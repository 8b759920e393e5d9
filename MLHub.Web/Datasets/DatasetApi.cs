using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;
using MLHub.Web.Workspaces;

namespace MLHub.Web.Datasets;

/// <summary>Datasets, their versions and rows over REST.</summary>
internal static class DatasetApi
{
    private const string Version = "/datasets/{datasetId:guid}/versions/{number:int}";

    public static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("").WithTags("Datasets");
        datasets.MapGet("/workspaces/{workspaceId:guid}/datasets", ListAsync).Needs(WorkspaceRole.Reader).WithSummary("Datasets of a workspace, last changed first");
        datasets.MapPost("/workspaces/{workspaceId:guid}/datasets", CreateAsync).Needs(WorkspaceRole.Editor).Idempotent().TakesFile()
            .WithSummary("Upload a file as a new dataset; it is imported by a job");
        datasets.MapGet("/datasets/{datasetId:guid}", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A dataset");
        datasets.MapPatch("/datasets/{datasetId:guid}", EditAsync).Needs(WorkspaceRole.Editor).WithSummary("Change name, description or tags; absent fields stay");
        datasets.MapDelete("/datasets/{datasetId:guid}", DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Move a dataset to the trash");
        datasets.MapGet("/datasets/{datasetId:guid}/versions", VersionsAsync).Needs(WorkspaceRole.Reader).WithSummary("Versions, newest first");
        datasets.MapPost("/datasets/{datasetId:guid}/versions", AddVersionAsync).Needs(WorkspaceRole.Editor).Idempotent().TakesFile()
            .WithSummary("Upload a file as the next version");
        datasets.MapGet(Version, VersionAsync).Needs(WorkspaceRole.Reader).WithSummary("A version with its columns and import report");
        datasets.MapPost(Version + "/prepare", PrepareAsync).Needs(WorkspaceRole.Editor).Idempotent()
            .WithExample(new { steps = new[] { new { step = "fill_missing", parameters = new { columns = new[] { "age" }, method = "median" } } }, message = "No missing ages" })
            .WithSummary("Run a recipe on all rows; a job makes the next version");
        datasets.MapGet(Version + "/rows", RowsAsync).Needs(WorkspaceRole.Reader).WithSummary("A window of rows, sorted (col:desc) and filtered");
        datasets.MapGet(Version + "/profile", ProfileAsync).Needs(WorkspaceRole.Reader).WithSummary("Figures of each column over all rows");
        datasets.MapGet(Version + "/pairs", PairAsync).Needs(WorkspaceRole.Reader).WithSummary("Two columns against each other: points, boxes by class, or a table of counts");
        datasets.MapGet(Version + "/rejects", RejectsAsync).Needs(WorkspaceRole.Reader).WithSummary("Rows of the file that did not parse, and why");
        datasets.MapGet(Version + "/download", DownloadAsync).Needs(WorkspaceRole.Reader).WithSummary("The version as csv (filtered and sorted on request), parquet, json or the original file");
        datasets.MapPost(Version + "/preview-import", PreviewImportAsync).Needs(WorkspaceRole.Editor)
            .WithSummary("What an import of this version's original file with other options would make of it")
            .WithExample(new PreviewRequest(new ImportOptions { Encoding = "windows-1251" }));
        datasets.MapPost(Version + "/reimport", ReimportAsync).Needs(WorkspaceRole.Editor).Idempotent()
            .WithSummary("Import this version's original file again with other options, as the next version; no bytes are sent again")
            .WithExample(new ReimportRequest(new ImportOptions { Encoding = "windows-1251" }, "The names were garbled"));
        datasets.MapSharing<DatasetSharing, Dataset>("/datasets/{thingId:guid}", "dataset");
        datasets.MapGet("/explore/datasets", PublicAsync).NeedsSignIn().WithSummary("Datasets that are public on this server, last changed first");
        datasets.MapGet("/users/me/shared/datasets", SharedAsync).NeedsSignIn().WithSummary("Datasets that others shared with me by name");
        return api;
    }

    private static async Task<Ok<Page<DatasetAnswer>>> PublicAsync(
        Caller caller, DatasetService datasets, CancellationToken cancellationToken, string? search = null, string? tag = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await datasets.ListPublicAsync(caller.Actor, new() { Search = search, Tag = tag, Page = new(pageSize, pageToken) }, cancellationToken);
        return TypedResults.Ok(new Page<DatasetAnswer>([.. page.Items.Select(DatasetAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<Page<DatasetAnswer>>> SharedAsync(
        Caller caller, DatasetService datasets, CancellationToken cancellationToken, string? search = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await datasets.ListSharedAsync(caller.Actor, new() { Search = search, Page = new(pageSize, pageToken) }, cancellationToken);
        return TypedResults.Ok(new Page<DatasetAnswer>([.. page.Items.Select(DatasetAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<Page<DatasetAnswer>>> ListAsync(
        Guid workspaceId, Caller caller, DatasetService datasets, CancellationToken cancellationToken, string? search = null, string? tag = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await datasets.ListAsync(caller.Actor, workspaceId, new() { Search = search, Tag = tag, Page = new(pageSize, pageToken) }, cancellationToken);
        return TypedResults.Ok(new Page<DatasetAnswer>([.. page.Items.Select(DatasetAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Accepted<AcceptedAnswer>> CreateAsync(
        Guid workspaceId, HttpRequest request, Caller caller, DatasetUploadService uploads, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        var accepted = await MultipartUpload.ReceiveAsync(request, caller.Actor, new(workspaceId, "file"), uploads, cancellationToken);
        return await AcceptedAnswer.ReadAsync(accepted, caller.Actor, datasets, jobs, cancellationToken);
    }

    private static async Task<Accepted<AcceptedAnswer>> AddVersionAsync(
        Guid datasetId, HttpRequest request, Caller caller, DatasetUploadService uploads, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        var dataset = await datasets.GetAsync(caller.Actor, datasetId, cancellationToken);
        var accepted = await MultipartUpload.ReceiveAsync(request, caller.Actor, new(dataset.WorkspaceId, "file") { DatasetId = datasetId }, uploads, cancellationToken);
        return await AcceptedAnswer.ReadAsync(accepted, caller.Actor, datasets, jobs, cancellationToken);
    }

    private static async Task<Ok<DatasetAnswer>> GetAsync(Guid datasetId, Caller caller, DatasetService datasets, CancellationToken cancellationToken) =>
        TypedResults.Ok(DatasetAnswer.Of(await datasets.GetAsync(caller.Actor, datasetId, cancellationToken)));

    private static async Task<Ok<DatasetAnswer>> EditAsync(Guid datasetId, DatasetEdit body, Caller caller, DatasetService datasets, CancellationToken cancellationToken)
    {
        await datasets.EditAsync(caller.Actor, datasetId, body.Name, body.Description, body.Tags, cancellationToken);
        return TypedResults.Ok(DatasetAnswer.Of(await datasets.GetAsync(caller.Actor, datasetId, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(Guid datasetId, Caller caller, DatasetService datasets, CancellationToken cancellationToken)
    {
        await datasets.DeleteAsync(caller.Actor, datasetId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<VersionAnswer>>> VersionsAsync(
        Guid datasetId, Caller caller, DatasetService datasets, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await datasets.VersionsAsync(caller.Actor, datasetId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<VersionAnswer>([.. page.Items.Select(VersionAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<VersionAnswer>> VersionAsync(Guid datasetId, int number, Caller caller, DatasetService datasets, CancellationToken cancellationToken) =>
        TypedResults.Ok(VersionAnswer.Of(await datasets.VersionAsync(caller.Actor, datasetId, number, cancellationToken)));

    private static async Task<Ok<RowsAnswer>> RowsAsync(
        Guid datasetId, int number, Caller caller, DatasetReader reader, CancellationToken cancellationToken, long offset = 0, int limit = 100, string? sort = null, string? filter = null)
    {
        var query = new RowQuery { Offset = offset, Limit = limit, Sort = RowSort.Parse(sort), Filter = filter };
        return TypedResults.Ok(RowsAnswer.Of(await reader.ReadAsync(caller.Actor, datasetId, number, query, cancellationToken)));
    }

    private static async Task<Ok<DatasetProfileDocument>> ProfileAsync(Guid datasetId, int number, Caller caller, DatasetService datasets, CancellationToken cancellationToken) =>
        TypedResults.Ok(await datasets.ProfileAsync(caller.Actor, datasetId, number, cancellationToken));

    private static async Task<Ok<ColumnPair>> PairAsync(Guid datasetId, int number, string x, string y, Caller caller, ColumnPairService pairs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await pairs.GetAsync(caller.Actor, datasetId, number, x, y, cancellationToken));

    private static async Task<Ok<Page<RejectedRow>>> RejectsAsync(
        Guid datasetId, int number, Caller caller, DatasetReader reader, CancellationToken cancellationToken, int pageSize = 100, string? pageToken = null) =>
        TypedResults.Ok(await reader.RejectsAsync(caller.Actor, datasetId, number, new(pageSize, pageToken), cancellationToken));

    private static async Task<Results<FileStreamHttpResult, PushStreamHttpResult>> DownloadAsync(
        Guid datasetId, int number, Caller caller, DatasetExport export, HttpRequest request, HttpResponse response, CancellationToken cancellationToken, string format = "csv", bool raw = false, string? filter = null, string? sort = null)
    {
        if (!Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var known) || !Enum.IsDefined(known))
        {
            throw HubException.Invalid("The format is csv, parquet, json or original.", "BAD_FORMAT");
        }

        var isView = !string.IsNullOrWhiteSpace(filter) || !string.IsNullOrWhiteSpace(sort);
        if (isView && known != ExportFormat.Csv)
        {
            throw HubException.Invalid("Only csv can be filtered or sorted. Leave filter and sort out, or take csv.", "BAD_FORMAT");
        }

        var file = isView
            ? await export.OpenViewAsync(caller.Actor, datasetId, number, new() { Filter = filter, Sort = RowSort.Parse(sort) }, raw, cancellationToken)
            : await export.OpenAsync(caller.Actor, datasetId, number, known, raw, cancellationToken);
        // Whatever somebody uploaded: a browser that opens it must not run it as a page of ours.
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        var tag = new EntityTagHeaderValue($"\"{file.Tag}\"");
        // Whoever asks for a part gets it of the whole; everybody else gets rows as they are read.
        return file.Content is not null || request.Headers.Range.Count > 0
            ? TypedResults.Stream(await export.WholeAsync(file, cancellationToken), file.ContentType, file.FileName, null, tag, enableRangeProcessing: true)
            : TypedResults.Stream(target => file.WriteAsync!(target, cancellationToken), file.ContentType, file.FileName, null, tag);
    }

    private static async Task<Ok<ImportPreview>> PreviewImportAsync(Guid datasetId, int number, PreviewRequest? body, Caller caller, ImportPreviewService previews, CancellationToken cancellationToken) =>
        TypedResults.Ok(await previews.PreviewVersionAsync(caller.Actor, datasetId, number, body?.Checked(), cancellationToken));

    private static async Task<Accepted<AcceptedAnswer>> ReimportAsync(
        Guid datasetId, int number, ReimportRequest body, Caller caller, DatasetUploadService uploads, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        var accepted = await uploads.ReimportAsync(caller.Actor, datasetId, number, body.Options, body.Message, cancellationToken);
        return await AcceptedAnswer.ReadAsync(accepted, caller.Actor, datasets, jobs, cancellationToken);
    }

    private static async Task<Accepted<AcceptedAnswer>> PrepareAsync(
        Guid datasetId, int number, PrepareBody body, Caller caller, RecipeService recipes, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        var started = await recipes.PrepareAsync(caller.Actor, datasetId, number, body.Steps, body.Message, cancellationToken);
        return await AcceptedAnswer.ReadAsync(new(started.DatasetId, started.VersionId, started.VersionNumber, started.JobId), caller.Actor, datasets, jobs, cancellationToken);
    }

    /// <summary>A body of any length, read as a stream; the service stops what is too long.</summary>
    private static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new DisableRequestSizeLimitAttribute()).Accepts<IFormFile>("multipart/form-data");
}
