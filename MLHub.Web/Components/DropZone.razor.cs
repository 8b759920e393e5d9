using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Components;

/// <summary>Takes files that are dropped anywhere on the page while it is shown. Whoever has no mouse uses <see cref="UploadButton"/>.</summary>
public sealed partial class DropZone : UploadSource
{
    private ElementReference _zone;

    /// <summary>Shown while a file hovers over the page.</summary>
    [Parameter]
    public string Text { get; set; } = "Drop to upload";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    protected override ElementReference? Zone => _zone;
}
