using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;

namespace MLHub.Web.Datasets;

/// <summary>A version that could not be imported or made: why, and what to do about it.</summary>
public sealed partial class DatasetFailure : ComponentBase
{
    [Parameter, EditorRequired]
    public required DatasetVersionView Version { get; set; }

    [Parameter, EditorRequired]
    public required Guid WorkspaceId { get; set; }

    [Parameter]
    public IReadOnlyList<JobLogLine> Log { get; set; } = [];

    [Parameter]
    public bool MayUpload { get; set; }

    private bool IsImport => Version.Cause == DatasetVersionCause.Upload;

    private string Advice => Version.ErrorCode switch
    {
        "OUT_OF_MEMORY" or "TIME_LIMIT" when !IsImport => "It needs more than one job may take on this server. Begin with fewer rows, or ask the administrator to raise the limits.",
        _ when Version.Cause == DatasetVersionCause.Recipe => "Open the Recipe tab of the version before it: the steps are still there. Mend them and save again. Nothing else was changed.",
        _ when !IsImport => "Nothing else was changed: the versions before it are as they were.",
        "OUT_OF_MEMORY" or "TIME_LIMIT" => "The file needs more than one import may take on this server. Split it, or ask the administrator to raise the limits.",
        _ when Version.OriginalName is not null => "Look at the file with other import options, or correct it and upload it again: it becomes the next version of this dataset. Nothing else was changed.",
        _ => "Correct the file and upload it again: it becomes the next version of this dataset. Nothing else was changed.",
    };
}
