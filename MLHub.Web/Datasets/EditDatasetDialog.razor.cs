using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>Name, description and tags of a dataset. A refusal stays beside its field.</summary>
public sealed partial class EditDatasetDialog : ComponentBase
{
    private string _name = "";
    private string _description = "";
    private string _tags = "";
    private string _tagsBefore = "";
    private string? _problem;
    private IReadOnlyDictionary<string, string[]> _errors = new Dictionary<string, string[]>();
    private bool _isSaving;

    [Inject]
    public required DatasetService Datasets { get; set; }

    [Inject]
    public required CurrentActor Actors { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public required DatasetView Edited { get; set; }

    /// <returns>Whether it was saved.</returns>
    public static async Task<bool> AskAsync(IDialogService dialogs, DatasetView dataset)
    {
        var parameters = new DialogParameters<EditDatasetDialog> { { d => d.Edited, dataset } };
        var shown = await dialogs.ShowAsync<EditDatasetDialog>("Edit dataset", parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small });
        return await shown.Result is { Canceled: false };
    }

    protected override void OnInitialized()
    {
        _name = Edited.Name;
        _description = Edited.Description ?? "";
        _tags = _tagsBefore = string.Join(", ", Edited.Tags);
    }

    private string? ErrorOf(string field) => _errors.TryGetValue(field, out var messages) ? messages.FirstOrDefault() : null;

    private async Task SaveAsync()
    {
        if (_isSaving || string.IsNullOrWhiteSpace(_name))
        {
            return;
        }

        _isSaving = true;
        try
        {
            // What was not touched here stays as somebody else may have made it meanwhile.
            await Datasets.EditAsync(
                await Actors.GetAsync(), Edited.Id, _name == Edited.Name ? null : _name, _description == (Edited.Description ?? "") ? null : _description,
                _tags == _tagsBefore ? null : _tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), CancellationToken.None);
            Dialog.Close(DialogResult.Ok(true));
        }
        catch (HubException refused)
        {
            _errors = refused.Errors ?? new Dictionary<string, string[]>();
            _problem = refused.Errors is null ? refused.Message : null;
        }
        finally
        {
            _isSaving = false;
        }
    }
}
