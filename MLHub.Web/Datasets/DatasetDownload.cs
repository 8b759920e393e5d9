using Microsoft.AspNetCore.WebUtilities;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Datasets;

/// <summary>Files of a version for whoever is signed in to the browser; the API takes no cookies.</summary>
internal static class DatasetDownload
{
    /// <param name="format"><c>csv</c>, <c>parquet</c>, <c>json</c> or <c>original</c>.</param>
    public static string Address(Guid datasetId, int version, string format) => $"/datasets/{datasetId:N}/download?v={version}&format={format}";

    /// <summary>The rows of a filtered or sorted view, as CSV.</summary>
    public static string ViewAddress(Guid datasetId, int version, string? filter, string? sort) =>
        QueryHelpers.AddQueryString(Address(datasetId, version, "csv"), new Dictionary<string, string?> { ["filter"] = Blank(filter), ["sort"] = Blank(sort) }.Where(p => p.Value is not null));

    public static IEndpointRouteBuilder MapDatasetDownload(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/datasets/{datasetId:guid}/download", GetAsync).Needs(WorkspaceRole.Reader).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static async Task<IResult> GetAsync(Guid datasetId, int v, string format, Caller caller, DatasetExport export, CancellationToken cancellationToken, string? filter = null, string? sort = null)
    {
        if (!Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
        {
            return Results.NotFound();
        }

        ExportFile file;
        try
        {
            // For people: cells that a spreadsheet would run as a formula are made harmless.
            file = wanted == ExportFormat.Csv && (Blank(filter) ?? Blank(sort)) is not null
                ? await export.OpenViewAsync(caller.Actor, datasetId, v, new() { Filter = filter, Sort = RowSort.Parse(sort) }, raw: false, cancellationToken)
                : await export.OpenAsync(caller.Actor, datasetId, v, wanted, raw: false, cancellationToken);
        }
        catch (HubException refused)
        {
            // The handler of refusals speaks to programs; here a person reads the answer in the browser.
            return refused.Refusal == Refusal.NotFound ? Results.NotFound() : Results.Text(refused.Message, statusCode: StatusCodes.Status409Conflict);
        }

        return file.Content is { } content
            ? Results.Stream(content, file.ContentType, file.FileName, enableRangeProcessing: true)
            : Results.Stream(target => file.WriteAsync!(target, cancellationToken), file.ContentType, file.FileName);
    }
}
