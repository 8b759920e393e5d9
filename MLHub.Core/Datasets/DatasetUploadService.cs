using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Takes files in: as one stream, or resumable (tus). Ends with a stored blob, a version that is importing, and its job.</summary>
public sealed class DatasetUploadService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    /// <summary>
    /// A ticket for the header <c>X-Upload-Ticket</c>, so that a page's script can upload without a token: bound to user and
    /// workspace, valid for 12 hours, good for the upload endpoints only.
    /// </summary>
    public Task<string> CreateTicketAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <returns><c>null</c> when the ticket is forged or too old.</returns>
    public UploadTicket? ReadTicket(string ticket) => throw new NotSupportedException();

    /// <summary>Streams a whole file in; memory does not grow with it.</summary>
    public Task<UploadAccepted> ReceiveAsync(Actor actor, UploadRequest request, Stream content, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Opens a resumable upload.</summary>
    public Task<UploadView> CreateAsync(Actor actor, UploadRequest request, long length, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UploadView> GetAsync(Actor actor, Guid uploadId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Appends bytes at an offset. The last ones make the dataset or the version.</summary>
    /// <exception cref="HubException"><c>UPLOAD_OFFSET</c> when the offset is not ours, <c>UPLOAD_BUSY</c> when another request is writing.</exception>
    public Task<UploadView> AppendAsync(Actor actor, Guid uploadId, long offset, Stream body, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task AbortAsync(Actor actor, Guid uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await access.RequireAsync(actor, uploadId, WorkspaceRole.Editor, "upload", cancellationToken);
    }
}
