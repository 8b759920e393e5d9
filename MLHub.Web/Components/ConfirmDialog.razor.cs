using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace MLHub.Web.Components;

/// <summary>Asks before something is lost, and lists what goes with it.</summary>
public sealed partial class ConfirmDialog
{
    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    [Parameter, EditorRequired]
    public string ConfirmText { get; set; } = "";

    [Parameter]
    public IReadOnlyList<string>? Consequences { get; set; }
}
