using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeStepEditor : ComponentBase
{
    [Parameter, EditorRequired]
    public required RecipeStep Step { get; set; }

    /// <summary>Stays with the step wherever it is moved.</summary>
    [Parameter]
    public int StepKey { get; set; }

    /// <summary>From 0.</summary>
    [Parameter]
    public int Place { get; set; }

    [Parameter]
    public RecipeStepDescriptor? Descriptor { get; set; }

    /// <summary>Those that reach the step.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter]
    public StepError? Error { get; set; }

    [Parameter]
    public IReadOnlyList<RecipeExample> Examples { get; set; } = [];

    [Parameter]
    public EventCallback<(string Parameter, JsonElement? Value)> OnChange { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    private string Title => Descriptor?.Title ?? Step.Step;

    /// <summary>A problem that is no single field's.</summary>
    private string? General => Error is { } error && (error.Parameter is null || Descriptor!.Parameters.All(p => p.Name != error.Parameter || !RecipeValue.IsOfUse(Step, Descriptor, p))) ? error.Message : null;

    private string Meaning => Descriptor switch
    {
        { Fitted: true } => "It learns figures from the rows that reach it. In training it learns from the training rows alone, so nothing leaks.",
        { Scope: StepScope.Row } => "Each row by itself: the same at prediction.",
        { Scope: StepScope.Rows } => "It takes rows away or orders them; at prediction it is left out.",
        _ => "It needs other rows of the table: for making versions only.",
    };
}
