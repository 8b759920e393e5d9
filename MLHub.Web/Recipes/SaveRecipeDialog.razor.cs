using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Recipes;

/// <summary>Asks for the message of the version that is going to be made; a refusal stays in the dialog.</summary>
public sealed partial class SaveRecipeDialog : ComponentBase
{
    private string? _message;
    private string? _problem;
    private bool _isSaving;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public SaveRecipeQuestion Question { get; set; } = null!;

    [Parameter, EditorRequired]
    public Func<string?, Task> Save { get; set; } = null!;

    public static async Task AskAsync(IDialogService dialogs, SaveRecipeQuestion question, Func<string?, Task> save)
    {
        var parameters = new DialogParameters<SaveRecipeDialog> { { d => d.Question, question }, { d => d.Save, save } };
        var shown = await dialogs.ShowAsync<SaveRecipeDialog>("Save as new version", parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true });
        await shown.Result;
    }

    private async Task SaveAsync()
    {
        (_isSaving, _problem) = (true, null);
        try
        {
            await Save(string.IsNullOrWhiteSpace(_message) ? null : _message.Trim());
            Dialog.Close();
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
        finally
        {
            _isSaving = false;
        }
    }
}

/// <param name="Steps">Those that are switched on.</param>
public sealed record SaveRecipeQuestion(string Dataset, int Version, IReadOnlyList<RecipeStep> Steps);
