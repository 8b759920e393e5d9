using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Reads windows of rows from the Parquet files that MLHub wrote itself, and from nothing else.</summary>
public sealed class DatasetReader(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IBlobStore blobs)
{
    /// <exception cref="HubException"><c>BAD_FILTER</c>, <c>UNKNOWN_COLUMN</c>, <c>VERSION_NOT_READY</c>.</exception>
    public async Task<RowWindow> ReadAsync(Actor actor, Guid datasetId, int version, RowQuery query, CancellationToken cancellationToken)
    {
        await OpenAsync(actor, datasetId, version, cancellationToken);
        throw new NotSupportedException();
    }

    /// <summary>Rows of the source that did not parse, in its order.</summary>
    public async Task<Page<RejectedRow>> RejectsAsync(Actor actor, Guid datasetId, int version, PageRequest page, CancellationToken cancellationToken)
    {
        await OpenAsync(actor, datasetId, version, cancellationToken);
        throw new NotSupportedException();
    }

    private async Task<BlobFile> OpenAsync(Actor actor, Guid datasetId, int version, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await access.RequireAsync(actor, datasetId, WorkspaceRole.Reader, "dataset", cancellationToken);
        return await blobs.FetchAsync(BlobHash.Parse(version.ToString()), cancellationToken);
    }
}
