using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>A version that is being read from a file, or made of rows that are here.</summary>
public sealed partial class DatasetImporting : ComponentBase
{
    [Parameter, EditorRequired]
    public required DatasetVersionView Version { get; set; }

    /// <summary><c>null</c> until it was looked up.</summary>
    [Parameter]
    public JobView? Job { get; set; }

    [Parameter]
    public IReadOnlyList<JobLogLine> Log { get; set; } = [];

    [Parameter]
    public bool MayCancel { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    private bool IsImport => Version.Cause == DatasetVersionCause.Upload;

    private string Work => IsImport ? "Import" : $"Making of version {Version.Number}";

    private string Title => Version.OriginalName is { } file ? $"Importing {file} ({Format.Bytes(Version.OriginalBytes)})" : $"Version {Version.Number} is being {DatasetWords.CauseText(Version.Cause)}";

    private string Words => Job switch
    {
        { State: JobState.Queued, Position: > 0 and var before } => $"Waits for {before} other {(before == 1 ? "job" : "jobs")}. You may leave this page.",
        { State: JobState.Queued } => "Waits for a free worker. You may leave this page.",
        { State: JobState.Running } job => string.Join(" · ", new[] { job.Stage, job.Message, Format.Percent(job.Progress) }.Where(t => !string.IsNullOrEmpty(t))),
        _ => $"You may leave this page; {(IsImport ? "the import" : "the work")} goes on.",
    };
}
