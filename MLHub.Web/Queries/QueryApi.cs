using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Queries;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;
using MLHub.Web.Jobs;

namespace MLHub.Web.Queries;

/// <summary>SQL over the versions of a dataset.</summary>
internal static class QueryApi
{
    private const string Query = "/datasets/{datasetId:guid}/versions/{number:int}/query";

    public static IEndpointRouteBuilder MapQueries(this IEndpointRouteBuilder api)
    {
        var queries = api.MapGroup("").WithTags("Datasets");
        queries.MapPost(Query, RunAsync).Needs(WorkspaceRole.Reader).WithSummary("Ask a version by SQL: one SELECT over dataset, and over v1, v2 … for other versions");
        queries.MapPost(Query + "/save", SaveAsync).Needs(WorkspaceRole.Editor).Idempotent().WithSummary("Compute a query by a job: as the next version, or as a new dataset");
        return api;
    }

    /// <summary>The answer as a file for whoever is signed in to the browser; the API takes no cookies.</summary>
    public static IEndpointRouteBuilder MapQueryDownload(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/datasets/{datasetId:guid}/query.csv", DownloadAsync).Needs(WorkspaceRole.Reader).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    public static string Download(Guid datasetId, int version, string sql) => $"/datasets/{datasetId:N}/query.csv?v={version}&sql={Uri.EscapeDataString(sql)}";

    private static async Task<Ok<QueryAnswer>> RunAsync(Guid datasetId, int number, QueryBody body, Caller caller, QueryService queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(QueryAnswer.Of(await queries.RunAsync(caller.Actor, datasetId, number, body.Sql ?? "", body.Limit ?? QueryService.DefaultRows, cancellationToken)));

    private static async Task<Accepted<SavedQueryAnswer>> SaveAsync(
        Guid datasetId, int number, SaveQueryBody body, Caller caller, QueryService queries, JobService jobs, CancellationToken cancellationToken)
    {
        var saved = await queries.SaveAsync(caller.Actor, datasetId, number, body.Sql ?? "", body.Name, body.Message, cancellationToken);
        return TypedResults.Accepted(
            $"/api/v1/datasets/{saved.DatasetId:N}/versions/{saved.VersionNumber}",
            new SavedQueryAnswer(saved.DatasetId, saved.VersionNumber, JobAnswer.Of(await jobs.GetAsync(caller.Actor, saved.JobId, cancellationToken))));
    }

    private static async Task<IResult> DownloadAsync(Guid datasetId, int v, string sql, Caller caller, QueryService queries, CancellationToken cancellationToken)
    {
        try
        {
            var (name, rows) = await queries.DownloadAsync(caller.Actor, datasetId, v, sql, cancellationToken);
            return Results.File(Encoding.UTF8.GetBytes(QueryCsv.Write(rows)), "text/csv; charset=utf-8", name);
        }
        catch (HubException refused)
        {
            // A person reads this in the browser.
            return refused.Refusal == Refusal.NotFound ? Results.NotFound() : Results.Text(refused.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }
}
