using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLHub.Web.Components;

/// <summary>Where files come from: each kind shows itself, the script does the rest.</summary>
public abstract class UploadSource : ComponentBase, IAsyncDisposable
{
    private IJSObjectReference? _script;
    private IJSObjectReference? _attached;
    private (Guid WorkspaceId, Guid? DatasetId)? _target;

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Parameter, EditorRequired]
    public required Guid WorkspaceId { get; set; }

    /// <summary>Set when a file becomes a new version of this dataset; then one file is taken at a time.</summary>
    [Parameter]
    public Guid? DatasetId { get; set; }

    /// <summary>Whether files are taken: the workspace may not be known yet, or its role too small.</summary>
    [Parameter]
    public bool IsEnabled { get; set; } = true;

    protected virtual ElementReference? Zone => null;

    protected virtual ElementReference? Input => null;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var target = (WorkspaceId, DatasetId);
        if (!IsEnabled || _target == target)
        {
            return;
        }

        _target = target;
        _script ??= await UploadScript.ImportAsync(Js);
        await UploadScript.LeaveAsync(_attached, "detach");
        _attached = await _script.InvokeAsync<IJSObjectReference>(
            "attachZone", Zone, Input, new { workspaceId = WorkspaceId.ToString("N"), datasetId = DatasetId?.ToString("N") }, DatasetId is null);
    }

    public async ValueTask DisposeAsync()
    {
        await UploadScript.LeaveAsync(_attached, "detach");
        await UploadScript.LeaveAsync(_script);
        GC.SuppressFinalize(this);
    }
}
