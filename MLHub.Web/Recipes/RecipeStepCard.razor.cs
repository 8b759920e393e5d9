using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeStepCard : ComponentBase
{
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required RecipeStep Step { get; set; }

    [Parameter]
    public RecipeStepDescriptor? Descriptor { get; set; }

    /// <summary>From 0.</summary>
    [Parameter]
    public int Place { get; set; }

    [Parameter]
    public bool IsLast { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    [Parameter]
    public bool IsComputing { get; set; }

    /// <summary>What it did, in words; <c>null</c> until it was computed.</summary>
    [Parameter]
    public string? Effect { get; set; }

    [Parameter]
    public string? Milliseconds { get; set; }

    [Parameter]
    public string? Warning { get; set; }

    [Parameter]
    public string? Error { get; set; }

    /// <summary>The error is only that something has not been filled in yet.</summary>
    [Parameter]
    public bool IsUnfinished { get; set; }

    /// <summary>Columns that it names and the table does not have at this step.</summary>
    [Parameter]
    public IReadOnlyList<MissingColumn> Missing { get; set; } = [];

    /// <summary>Another card is being dragged over this one.</summary>
    [Parameter]
    public bool IsTarget { get; set; }

    [Parameter]
    public EventCallback OnOpen { get; set; }

    /// <summary>How many places: −1 is up.</summary>
    [Parameter]
    public EventCallback<int> OnMove { get; set; }

    [Parameter]
    public EventCallback OnToggle { get; set; }

    [Parameter]
    public EventCallback OnDuplicate { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    [Parameter]
    public EventCallback<MissingColumn> OnMap { get; set; }

    [Parameter]
    public EventCallback OnDrag { get; set; }

    [Parameter]
    public EventCallback OnDragOver { get; set; }

    [Parameter]
    public EventCallback OnDrop { get; set; }

    [Parameter]
    public EventCallback OnDragEnd { get; set; }

    private string Css => string.Join(' ', new[]
    {
        IsOpen ? "open" : null,
        Step.Enabled ? null : "off",
        !Step.Enabled ? null : IsUnfinished ? "unfinished" : Error is not null || Missing.Count > 0 ? "broken" : null,
        IsTarget ? "target" : null,
    }.OfType<string>());

    private Task OnKeyAsync(KeyboardEventArgs key) => !MayEdit ? Task.CompletedTask : key switch
    {
        { AltKey: true, Key: "ArrowUp" } => OnMove.InvokeAsync(-1),
        { AltKey: true, Key: "ArrowDown" } => OnMove.InvokeAsync(1),
        { Key: "Delete" } => OnRemove.InvokeAsync(),
        { Key: "d" or "D", CtrlKey: false, MetaKey: false } => OnDuplicate.InvokeAsync(),
        { Key: "x" or "X", CtrlKey: false, MetaKey: false } => OnToggle.InvokeAsync(),
        _ => Task.CompletedTask,
    };
}
