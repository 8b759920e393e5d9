namespace MLHub.Core.Datasets;

/// <summary>What is to become of a file.</summary>
/// <param name="FileName">As the user's machine calls it; the default name of a new dataset is made from it.</param>
public sealed record UploadRequest(Guid WorkspaceId, string FileName)
{
    /// <summary>Set to add a version to this dataset; otherwise a new dataset is made.</summary>
    public Guid? DatasetId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Why there is a new version.</summary>
    public string? Message { get; init; }

    public ImportOptions Options { get; init; } = new();

    /// <summary>Keep the bytes and import nothing until somebody says so. Resumable uploads only.</summary>
    public bool Hold { get; init; }

    /// <summary>The version that the new one is made from, when it is not the newest.</summary>
    public int? Parent { get; init; }
}

/// <summary>An accepted file: what exists now and which job imports it.</summary>
public sealed record UploadAccepted(Guid DatasetId, Guid VersionId, int VersionNumber, Guid JobId);

/// <summary>State of a resumable upload.</summary>
/// <param name="Result">Set as soon as all bytes are there and stored.</param>
public sealed record UploadView(Guid Id, Guid WorkspaceId, string FileName, long Length, long Offset, DateTime ExpiresAt, UploadAccepted? Result)
{
    public UploadState State { get; init; }

    public Guid? DatasetId { get; init; }

    public ImportOptions Options { get; init; } = new();
}

/// <summary>An upload whose bytes are all there.</summary>
public sealed record HeldUpload(UploadRequest Request, Storage.BlobHash Content);

/// <summary>Who may upload where, as read from a ticket.</summary>
public sealed record UploadTicket(Common.Actor Actor, Guid WorkspaceId);

/// <summary>What is to be different from what came with the upload; absent members stay.</summary>
public sealed record ImportChange(string? Name = null, string? Description = null, string? Message = null, ImportOptions? Options = null);
