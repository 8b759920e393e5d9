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
}

/// <summary>An accepted file: what exists now and which job imports it.</summary>
public sealed record UploadAccepted(Guid DatasetId, Guid VersionId, int VersionNumber, Guid JobId);

/// <summary>State of a resumable upload.</summary>
/// <param name="Result">Set as soon as all bytes are there and stored.</param>
public sealed record UploadView(Guid Id, Guid WorkspaceId, string FileName, long Length, long Offset, DateTime ExpiresAt, UploadAccepted? Result);

/// <summary>Who may upload where, as read from a ticket.</summary>
public sealed record UploadTicket(Common.Actor Actor, Guid WorkspaceId);
