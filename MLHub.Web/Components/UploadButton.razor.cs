using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLHub.Web.Components;

/// <summary>A button that opens the browser's choice of files: a labelled input, so that keyboard and screen reader know it.</summary>
public sealed partial class UploadButton : UploadSource
{
    private readonly string _id = $"upload-{Guid.NewGuid():N}";
    private ElementReference _input;
    private ElementReference _checkFirst;

    [Parameter]
    public string Text { get; set; } = "Upload";

    /// <summary>The main action of its page.</summary>
    [Parameter]
    public bool IsFilled { get; set; }

    protected override ElementReference? Input => _input;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            await using var script = await UploadScript.ImportAsync(Js);
            await script.InvokeVoidAsync("showCheckFirst", _checkFirst);
        }
    }
}
