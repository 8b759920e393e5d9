using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Experiments;

/// <summary>Files of runs.</summary>
internal static class ArtifactApi
{
    /// <summary>What a browser shows without running anything. All else, pages and drawings with scripts above all, is only bytes.</summary>
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".json"] = "application/json",
        [".csv"] = "text/csv",
        [".txt"] = "text/plain",
        [".log"] = "text/plain",
        [".md"] = "text/plain",
        [".yaml"] = "text/plain",
        [".yml"] = "text/plain",
        [".py"] = "text/plain",
    };

    public static IEndpointRouteBuilder MapArtifacts(this IEndpointRouteBuilder api)
    {
        var artifacts = api.MapGroup("/runs/{runId:guid}/artifacts").WithTags("Artifacts");
        artifacts.MapGet("", ListAsync).Needs(WorkspaceRole.Reader).WithSummary("What lies in a folder of the run");
        artifacts.MapPut("/{**path}", PutAsync).Needs(WorkspaceRole.Editor).WithMetadata(new DisableRequestSizeLimitAttribute()).WithSummary("Store the body as a file; one that stands there is replaced");
        artifacts.MapGet("/{**path}", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A file of the run");
        artifacts.MapDelete("/{**path}", DeleteAsync).Needs(WorkspaceRole.Editor).WithSummary("Remove a file, or a folder with all that lies in it");
        return api;
    }

    /// <summary>The same files for whoever is signed in to the browser; the API takes no cookies.</summary>
    public static IEndpointRouteBuilder MapArtifactDownload(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/runs/{runId:guid}/files/{**path}", GetForPersonAsync).Needs(WorkspaceRole.Reader).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    public static string Address(Guid runId, string path) => $"/runs/{runId:N}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    public static bool IsPicture(string path) => Types.TryGetValue(Path.GetExtension(path), out var type) && type.StartsWith("image/", StringComparison.Ordinal);

    /// <summary>Routing leaves a slash that was written as %2F; a path means the same either way.</summary>
    private static string Whole(string path) => path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <param name="path">A folder; absent is the top.</param>
    private static async Task<Ok<Page<ArtifactEntry>>> ListAsync(Guid runId, Caller caller, RunArtifactService artifacts, CancellationToken cancellationToken, string? path = null) =>
        TypedResults.Ok(new Page<ArtifactEntry>(await artifacts.ListAsync(caller.Actor, runId, path, cancellationToken), null));

    private static async Task<Ok<ArtifactEntry>> PutAsync(Guid runId, string path, HttpRequest http, Caller caller, RunArtifactService artifacts, CancellationToken cancellationToken) =>
        TypedResults.Ok(await artifacts.PutAsync(caller.Actor, runId, Whole(path), http.Body, http.ContentLength, cancellationToken));

    private static async Task<FileStreamHttpResult> GetAsync(Guid runId, string path, Caller caller, RunArtifactService artifacts, CancellationToken cancellationToken)
    {
        var whole = Whole(path);
        var file = await artifacts.OpenAsync(caller.Actor, runId, whole, cancellationToken);
        // With a name it is an attachment: opened by itself it is saved, not shown.
        return TypedResults.Stream(file.Content, Types.GetValueOrDefault(Path.GetExtension(whole), "application/octet-stream"), whole.Split('/')[^1], enableRangeProcessing: true);
    }

    private static async Task<NoContent> DeleteAsync(Guid runId, string path, Caller caller, RunArtifactService artifacts, CancellationToken cancellationToken)
    {
        await artifacts.DeleteAsync(caller.Actor, runId, Whole(path), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> GetForPersonAsync(Guid runId, string path, Caller caller, RunArtifactService artifacts, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(runId, path, caller, artifacts, cancellationToken);
        }
        catch (HubException refused) when (refused.Refusal is Refusal.NotFound or Refusal.Invalid)
        {
            return Results.NotFound();
        }
    }
}
