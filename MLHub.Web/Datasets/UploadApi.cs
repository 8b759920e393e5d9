using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Datasets;

/// <summary>Resumable uploads by the tus protocol 1.0 with the extensions creation, expiration and termination.</summary>
internal static class UploadApi
{
    private const string Protocol = "1.0.0";
    private const string OffsetType = "application/offset+octet-stream";

    public static IEndpointRouteBuilder MapUploads(this IEndpointRouteBuilder api)
    {
        var uploads = api.MapGroup("/uploads").WithTags("Uploads").AddEndpointFilter(SpeakTusAsync);
        uploads.MapMethods("", [HttpMethods.Options], Describe).IsPublic("Says which protocol is spoken; holds nobody's data.").WithSummary("Capabilities of the upload protocol");
        uploads.MapPost("", CreateAsync).Needs(WorkspaceRole.Editor).TakesTickets().WithSummary("Open an upload; Upload-Metadata names workspaceId, filename, and optionally datasetId, name, description, message, options, hold (1: look first, import later)");
        uploads.MapMethods("/{uploadId:guid}", [HttpMethods.Head], HeadAsync).Needs(WorkspaceRole.Editor).TakesTickets().WithSummary("Where to go on");
        uploads.MapGet("/{uploadId:guid}", GetAsync).Needs(WorkspaceRole.Editor).TakesTickets().WithSummary("An upload, and what it became");
        uploads.MapPatch("/{uploadId:guid}", AppendAsync).Needs(WorkspaceRole.Editor).TakesTickets().WithMetadata(new DisableRequestSizeLimitAttribute()).WithSummary("Append bytes at Upload-Offset; the last ones make the dataset");
        uploads.MapDelete("/{uploadId:guid}", AbortAsync).Needs(WorkspaceRole.Editor).TakesTickets().WithSummary("Cancel an upload");
        uploads.MapPost("/{uploadId:guid}/preview", PreviewAsync).Needs(WorkspaceRole.Editor).TakesTickets()
            .WithSummary("What an import of a held upload would make of it: detected settings, columns, the first rows, open questions")
            .WithExample(new PreviewRequest(new ImportOptions { DateOrder = DateOrder.DayFirst }));
        uploads.MapPost("/{uploadId:guid}/import", ImportAsync).Needs(WorkspaceRole.Editor).TakesTickets().Idempotent()
            .WithSummary("Import a held upload as a dataset or version; asked twice it answers the same. 422 names an option that is left open")
            .WithExample(new ImportRequest("Sales", Options: new ImportOptions { DateOrder = DateOrder.DayFirst }));
        return api;
    }

    private static async Task<Ok<ImportPreview>> PreviewAsync(Guid uploadId, PreviewRequest? body, Caller caller, ImportPreviewService previews, CancellationToken cancellationToken) =>
        TypedResults.Ok(await previews.PreviewAsync(caller.Actor, uploadId, body?.Checked(), cancellationToken));

    private static async Task<Accepted<AcceptedAnswer>> ImportAsync(
        Guid uploadId, ImportRequest? body, Caller caller, DatasetUploadService uploads, DatasetService datasets, JobService jobs, CancellationToken cancellationToken)
    {
        var accepted = await uploads.ImportAsync(caller.Actor, uploadId, body?.Checked() ?? new(), cancellationToken);
        return await AcceptedAnswer.ReadAsync(accepted, caller.Actor, datasets, jobs, cancellationToken);
    }

    private static NoContent Describe(HttpResponse response)
    {
        response.Headers["Tus-Version"] = Protocol;
        response.Headers["Tus-Extension"] = "creation,expiration,termination";
        return TypedResults.NoContent();
    }

    private static async Task<Created<UploadAnswer>> CreateAsync(HttpContext http, Caller caller, DatasetUploadService uploads, CancellationToken cancellationToken)
    {
        var length = Number(http.Request, "Upload-Length") ?? throw HubException.Invalid("The header Upload-Length is missing.", "BAD_UPLOAD");
        var upload = await uploads.CreateAsync(caller.Actor, Request(http.Request.Headers["Upload-Metadata"].ToString()), length, cancellationToken);
        // An empty file is complete as soon as it exists.
        upload = length == 0 ? await uploads.GetAsync(caller.Actor, upload.Id, cancellationToken) : upload;
        Tell(http.Response, upload);
        return TypedResults.Created($"{ApiPaths.Prefix}/uploads/{upload.Id:N}", UploadAnswer.Of(upload));
    }

    private static async Task<Ok> HeadAsync(Guid uploadId, HttpResponse response, Caller caller, DatasetUploadService uploads, CancellationToken cancellationToken)
    {
        var upload = await uploads.GetAsync(caller.Actor, uploadId, cancellationToken);
        Tell(response, upload);
        response.Headers["Upload-Length"] = upload.Length.ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok();
    }

    private static async Task<Ok<UploadAnswer>> GetAsync(Guid uploadId, Caller caller, DatasetUploadService uploads, CancellationToken cancellationToken) =>
        TypedResults.Ok(UploadAnswer.Of(await uploads.GetAsync(caller.Actor, uploadId, cancellationToken)));

    private static async Task<NoContent> AppendAsync(Guid uploadId, HttpContext http, Caller caller, DatasetUploadService uploads, CancellationToken cancellationToken)
    {
        if (http.Request.ContentType != OffsetType)
        {
            throw new HubException(Refusal.UnsupportedType, $"The content type of a piece is {OffsetType}.", "BAD_UPLOAD");
        }

        var offset = Number(http.Request, "Upload-Offset") ?? throw HubException.Invalid("The header Upload-Offset is missing.", "BAD_UPLOAD");
        Tell(http.Response, await uploads.AppendAsync(caller.Actor, uploadId, offset, http.Request.Body, cancellationToken));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> AbortAsync(Guid uploadId, Caller caller, DatasetUploadService uploads, CancellationToken cancellationToken)
    {
        await uploads.AbortAsync(caller.Actor, uploadId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async ValueTask<object?> SpeakTusAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers["Tus-Resumable"] = Protocol;
        if (http.Request.Headers["Tus-Resumable"] is { Count: > 0 } wanted && wanted != Protocol)
        {
            http.Response.Headers["Tus-Version"] = Protocol;
            return TypedResults.StatusCode(StatusCodes.Status412PreconditionFailed);
        }

        return await next(context);
    }

    private static void Tell(HttpResponse response, UploadView upload)
    {
        response.Headers["Upload-Offset"] = upload.Offset.ToString(CultureInfo.InvariantCulture);
        if (upload.Result is { } result)
        {
            response.Headers["X-Dataset-Id"] = result.DatasetId.ToString("N");
            response.Headers["X-Dataset-Version"] = result.VersionNumber.ToString(CultureInfo.InvariantCulture);
            response.Headers["X-Job-Id"] = result.JobId.ToString("N");
        }
        else
        {
            response.Headers["Upload-Expires"] = upload.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
        }
    }

    private static UploadRequest Request(string metadata)
    {
        var values = Metadata(metadata);
        return new UploadRequest(Id(values, "workspaceId") ?? throw Bad("workspaceId is missing"), values.GetValueOrDefault("filename") ?? "file")
        {
            DatasetId = Id(values, "datasetId"),
            Name = values.GetValueOrDefault("name") is { Length: > 0 } name ? name : null,
            Description = values.GetValueOrDefault("description"),
            Message = values.GetValueOrDefault("message"),
            Options = ImportOptions.Parse(values.GetValueOrDefault("options")),
            Hold = values.GetValueOrDefault("hold") is "1" or "true",
        };
    }

    /// <summary>Pairs of a key and its value in Base64, parted by commas.</summary>
    private static Dictionary<string, string> Metadata(string header)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split(' ', 2);
            try
            {
                values[parts[0]] = parts.Length == 1 ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Trim()));
            }
            catch (FormatException)
            {
                throw Bad($"{parts[0]} is not Base64");
            }
        }

        return values;
    }

    private static Guid? Id(Dictionary<string, string> values, string key) =>
        values.GetValueOrDefault(key) is not { Length: > 0 } text ? null : Guid.TryParse(text, out var id) ? id : throw Bad($"{key} is no id");

    private static long? Number(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static HubException Bad(string what) => HubException.Invalid($"Upload-Metadata is not as expected: {what}.", "BAD_UPLOAD");

    private static TBuilder TakesTickets<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new AuthorizationPolicyBuilder(UploadTicketHandler.SchemeName).RequireAuthenticatedUser().Build());
}
