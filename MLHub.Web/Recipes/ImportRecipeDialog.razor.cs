using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MudBlazor;

namespace MLHub.Web.Recipes;

/// <summary>Takes steps from a text.</summary>
public sealed partial class ImportRecipeDialog : ComponentBase
{
    private const int MaxLength = 256 * 1024;

    private string _text = "";
    private string? _problem;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    /// <returns><c>null</c> when nothing was taken.</returns>
    public static async Task<IReadOnlyList<RecipeStep>?> AskAsync(IDialogService dialogs)
    {
        var shown = await dialogs.ShowAsync<ImportRecipeDialog>("Paste steps", new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Medium, FullWidth = true });
        return (await shown.Result)?.Data as IReadOnlyList<RecipeStep>;
    }

    /// <exception cref="HubException">Says what is wrong with the text.</exception>
    internal static IReadOnlyList<RecipeStep> Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw HubException.Invalid("The text is too long for a recipe.");
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var list = document.RootElement is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty("steps", out var inside) ? inside : document.RootElement;
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > RecipeCatalog.MaxSteps)
            {
                throw HubException.Invalid($"A list of 1 to {RecipeCatalog.MaxSteps} steps is expected.");
            }

            var steps = list.Deserialize<List<RecipeStep>>(HubJson.Options)!;
            return steps.TrueForAll(s => s is not null && !string.IsNullOrEmpty(s.Step))
                ? steps
                : throw HubException.Invalid("A step without a name is among them. Each needs \"step\": the name of one in the catalog.");
        }
        catch (JsonException broken)
        {
            throw HubException.Invalid(broken.LineNumber is { } line ? $"This is not JSON: see line {line + 1}." : "This is not a list of steps.");
        }
    }

    private void Take()
    {
        try
        {
            Dialog.Close(DialogResult.Ok(Read(_text)));
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
    }
}
