using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Components;

/// <summary>Asks for a name, and a description where there is one; a refusal stays in the dialog, beside the field.</summary>
public sealed partial class NameDialog : ComponentBase
{
    private string _name = "";
    private string? _description;
    private string? _problem;
    private bool _isSaving;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public NameQuestion Question { get; set; } = null!;

    [Parameter, EditorRequired]
    public Func<NameGiven, Task> Save { get; set; } = null!;

    /// <returns>Whether it was saved.</returns>
    public static async Task<bool> AskAsync(IDialogService dialogs, NameQuestion question, Func<NameGiven, Task> save)
    {
        var parameters = new DialogParameters<NameDialog> { { d => d.Question, question }, { d => d.Save, save } };
        var shown = await dialogs.ShowAsync<NameDialog>(question.Title, parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small });
        return await shown.Result is { Canceled: false };
    }

    protected override void OnInitialized()
    {
        _name = Question.Name ?? "";
        _description = Question.Description;
    }

    private async Task SaveAsync()
    {
        if (_isSaving || string.IsNullOrWhiteSpace(_name))
        {
            return;
        }

        _isSaving = true;
        _problem = null;
        try
        {
            await Save(new(_name.Trim(), string.IsNullOrWhiteSpace(_description) ? null : _description.Trim()));
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

public sealed record NameQuestion(string Title, string Confirm)
{
    /// <summary>What is asked for.</summary>
    public string Label { get; init; } = "Name";

    public int MaxLength { get; init; } = 120;

    public string? Name { get; init; }

    public string? Description { get; init; }

    public bool HasDescription { get; init; }
}

public sealed record NameGiven(string Name, string? Description);
