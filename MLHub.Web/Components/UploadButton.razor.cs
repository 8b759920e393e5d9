using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Components;

/// <summary>A button that opens the browser's choice of files: a labelled input, so that keyboard and screen reader know it.</summary>
public sealed partial class UploadButton : UploadSource
{
    private readonly string _id = $"upload-{Guid.NewGuid():N}";
    private ElementReference _input;

    [Parameter]
    public string Text { get; set; } = "Upload";

    /// <summary>The main action of its page.</summary>
    [Parameter]
    public bool IsFilled { get; set; }

    protected override ElementReference? Input => _input;
}
