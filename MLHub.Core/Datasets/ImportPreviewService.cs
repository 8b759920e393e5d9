using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Shows what an import would make of a file before it is made.</summary>
public sealed class ImportPreviewService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, DatasetUploadService uploads, IImportPreviewer previewer)
{
    /// <summary>Of an upload whose bytes are all there.</summary>
    /// <param name="options"><c>null</c> takes those that came with the upload.</param>
    public async Task<ImportPreview> PreviewAsync(Actor actor, Guid uploadId, ImportOptions? options, CancellationToken cancellationToken)
    {
        var held = await uploads.RequireHeldAsync(actor, uploadId, cancellationToken);

        return await previewer.PreviewAsync(held.Content, new(held.Request.FileName, options ?? held.Request.Options), cancellationToken);
    }

    /// <summary>Of the file that a version was made from.</summary>
    /// <param name="options"><c>null</c> takes those of the version.</param>
    public async Task<ImportPreview> PreviewVersionAsync(Actor actor, Guid datasetId, int number, ImportOptions? options, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Editor, cancellationToken);

        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("dataset version");
        var original = version.OriginalHash ?? throw VersionFiles.NoOriginal();
        return await previewer.PreviewAsync(original, new(version.OriginalName ?? "", options ?? version.ImportOptions ?? new()), cancellationToken);
    }
}
