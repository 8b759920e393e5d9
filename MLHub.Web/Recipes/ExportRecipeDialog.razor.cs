using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Recipes;

/// <summary>The steps as a document, to be kept or run elsewhere.</summary>
public sealed partial class ExportRecipeDialog : ComponentBase
{
    // Names are read by people here, and never become markup.
    private static readonly JsonSerializerOptions Readable = new(HubJson.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<RecipeStep> Steps { get; set; } = [];

    public static Task ShowAsync(IDialogService dialogs, string name, IReadOnlyList<RecipeStep> steps) => dialogs.ShowAsync<ExportRecipeDialog>(
        "Export the recipe",
        new DialogParameters<ExportRecipeDialog> { { d => d.Name, name }, { d => d.Steps, steps } },
        new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Medium, FullWidth = true });

    private string Json => JsonSerializer.Serialize(new { steps = Steps }, Readable);

    private async Task DownloadAsync()
    {
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/hub.js");
        await module.InvokeVoidAsync("download", $"{Slug.From(Name)}-recipe.json", "application/json", Json, false);
    }
}
