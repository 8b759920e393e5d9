using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Looks into an uploaded file in a process of its own: the web process never opens uploaded bytes.</summary>
public interface IImportPreviewer
{
    /// <param name="original">The bytes as they came.</param>
    /// <exception cref="Common.HubException"><c>PREVIEW_BUSY</c> or <c>PREVIEW_FAILED</c>. A file that cannot be imported is no exception: the preview says so.</exception>
    Task<ImportPreview> PreviewAsync(BlobHash original, ImportSpec spec, CancellationToken cancellationToken);
}
