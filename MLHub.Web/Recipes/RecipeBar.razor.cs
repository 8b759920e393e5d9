using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeBar : ComponentBase
{
    [Parameter]
    public bool HasSteps { get; set; }

    [Parameter]
    public bool CanUndo { get; set; }

    [Parameter]
    public bool CanRedo { get; set; }

    /// <summary>A step that is on cannot be done.</summary>
    [Parameter]
    public bool IsBroken { get; set; }

    [Parameter]
    public DraftState Kept { get; set; }

    [Parameter]
    public EventCallback OnUndo { get; set; }

    [Parameter]
    public EventCallback OnRedo { get; set; }

    [Parameter]
    public EventCallback OnSave { get; set; }

    [Parameter]
    public EventCallback OnSaveTemplate { get; set; }

    [Parameter]
    public EventCallback OnLoadTemplate { get; set; }

    [Parameter]
    public EventCallback OnExport { get; set; }

    [Parameter]
    public EventCallback OnImport { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    private string KeptText => Kept switch
    {
        DraftState.Keeping => "Keeping…",
        DraftState.Kept when HasSteps => "Draft kept",
        DraftState.Failed => "Draft not kept",
        _ => "",
    };
}
