namespace MLHub.Web.Datasets;

/// <summary>Files of a version for whoever is signed in to the browser; the API takes no cookies.</summary>
internal static class DatasetDownload
{
    /// <param name="format"><c>csv</c>, <c>parquet</c> or <c>original</c>.</param>
    public static string Address(Guid datasetId, int version, string format) => $"/datasets/{datasetId:N}/download?v={version}&format={format}";
}
