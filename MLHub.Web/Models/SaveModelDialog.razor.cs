using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Models;
using MudBlazor;

namespace MLHub.Web.Models;

/// <summary>Asks where the model of a run is kept: as the next version of a model, or as the first one of a new model.</summary>
public sealed partial class SaveModelDialog : ComponentBase
{
    private Guid? _modelId;
    private string _name = "";
    private string _description = "";
    private string? _problem;
    private bool _isSaving;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>Models of the run's task.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ModelView> Models { get; set; } = [];

    [Parameter]
    public string SuggestedName { get; set; } = "";

    /// <summary>Goes with the version; <c>null</c> when it is one half.</summary>
    [Parameter]
    public double? Threshold { get; set; }

    [Parameter, EditorRequired]
    public Func<SaveModelChoice, Task<ModelVersionView>> Save { get; set; } = null!;

    /// <returns>The saved version; <c>null</c> when it was called off.</returns>
    public static async Task<ModelVersionView?> AskAsync(IDialogService dialogs, IReadOnlyList<ModelView> models, string suggestedName, double? threshold, Func<SaveModelChoice, Task<ModelVersionView>> save)
    {
        var parameters = new DialogParameters<SaveModelDialog> { { d => d.Models, models }, { d => d.SuggestedName, suggestedName }, { d => d.Threshold, threshold }, { d => d.Save, save } };
        var shown = await dialogs.ShowAsync<SaveModelDialog>("Save as model version", parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small });
        return await shown.Result is { Canceled: false, Data: ModelVersionView saved } ? saved : null;
    }

    protected override void OnInitialized()
    {
        _name = SuggestedName;
        // Training again on the same data mostly means a next version of the same model.
        _modelId = Models.FirstOrDefault(m => Slug.Key(m.Name) == Slug.Key(SuggestedName))?.Id;
    }

    private void Choose(ChangeEventArgs change) => _modelId = Guid.TryParse(change.Value?.ToString(), out var id) ? id : null;

    private async Task SaveAsync()
    {
        if (_isSaving)
        {
            return;
        }

        _isSaving = true;
        _problem = null;
        try
        {
            var description = string.IsNullOrWhiteSpace(_description) ? null : _description.Trim();
            Dialog.Close(DialogResult.Ok(await Save(new(_modelId, _modelId is null ? _name.Trim() : null, description))));
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

/// <param name="ModelId"><c>null</c> makes a new model named <paramref name="NewName"/>.</param>
public sealed record SaveModelChoice(Guid? ModelId, string? NewName, string? Description);
