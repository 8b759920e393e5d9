namespace MLHub.Web.Components;

/// <summary>A file on its way, as the page's script tells it.</summary>
/// <param name="State"><c>queued</c>, <c>sending</c>, <c>paused</c>, <c>failed</c> or <c>sent</c>.</param>
/// <param name="Rate">Bytes per second; 0 while unknown.</param>
/// <param name="UploadId">Set when it is held: then it has a page to be looked at.</param>
/// <param name="DatasetId">What it became; set as soon as the server has all bytes. Ids are as the server writes them: interop reads no ids without dashes.</param>
public sealed record UploadItem(
    int Id, string Name, long Size, long Sent, string State, double Rate, string? Error, string WorkspaceId, string? DatasetId, int Version, string? JobId, string? UploadId = null)
{
    /// <summary>All bytes are there, and somebody wants to look before they are imported.</summary>
    public bool IsHeld => State == "sent" && UploadId is not null;

    public Guid? Job => Guid.TryParse(JobId, out var id) ? id : null;

    public double Share => Size == 0 ? 0 : Math.Min(1, (double)Sent / Size);

    public TimeSpan? TimeLeft => Rate > 0 ? TimeSpan.FromSeconds(Math.Min(359_999, (Size - Sent) / Rate)) : null;
}

/// <summary>Answer to the script: a ticket, or why there is none.</summary>
public sealed record UploadTicketAnswer(string? Ticket, string? Error);
