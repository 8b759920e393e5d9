using MLHub.Core.Common;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Models;

/// <summary>The file of a model version for whoever is signed in to the browser; the API takes no cookies.</summary>
internal static class ModelFileDownload
{
    public static string Address(Guid modelId, int version) => $"/models/{modelId:N}/download?v={version}";

    public static IEndpointRouteBuilder MapModelDownload(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/models/{modelId:guid}/download", GetAsync).Needs(WorkspaceRole.Reader).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    private static async Task<IResult> GetAsync(Guid modelId, int v, Caller caller, ModelDownload download, CancellationToken cancellationToken)
    {
        try
        {
            var file = await download.OpenAsync(caller.Actor, modelId, v, cancellationToken);
            return Results.Stream(file.Content, "application/zip", file.FileName, enableRangeProcessing: true);
        }
        catch (HubException refused)
        {
            // The handler of refusals speaks to programs; here a person reads the answer in the browser.
            return refused.Refusal == Refusal.NotFound ? Results.NotFound() : Results.Text(refused.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }
}
