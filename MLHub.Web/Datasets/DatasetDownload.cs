using MLHub.Core.Datasets;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Datasets;

/// <summary>Files of a version for whoever is signed in to the browser; the API takes no cookies.</summary>
internal static class DatasetDownload
{
    /// <param name="format"><c>csv</c>, <c>parquet</c> or <c>original</c>.</param>
    public static string Address(Guid datasetId, int version, string format) => $"/datasets/{datasetId:N}/download?v={version}&format={format}";

    public static IEndpointRouteBuilder MapDatasetDownload(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/datasets/{datasetId:guid}/download", GetAsync).Needs(WorkspaceRole.Reader).RequireAuthorization().ExcludeFromDescription();
        return pages;
    }

    private static async Task<IResult> GetAsync(Guid datasetId, int v, ExportFormat format, Caller caller, DatasetExport export, CancellationToken cancellationToken)
    {
        // For people: cells that a spreadsheet would run as a formula are made harmless.
        var file = await export.OpenAsync(caller.Actor, datasetId, v, format, raw: false, cancellationToken);
        return file.Content is { } content
            ? Results.Stream(content, file.ContentType, file.FileName, enableRangeProcessing: true)
            : Results.Stream(target => file.WriteAsync!(target, cancellationToken), file.ContentType, file.FileName);
    }
}
