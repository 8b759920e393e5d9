using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Models;
using MudBlazor;

namespace MLHub.Web.Models;

/// <summary>Points an alias at a version and asks why; for the champion a reason is required.</summary>
public sealed partial class AliasDialog : ComponentBase
{
    private string _alias = "";
    private string _reason = "";
    private string? _problem;
    private bool _isSaving;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired]
    public AliasQuestion Question { get; set; } = null!;

    [Parameter, EditorRequired]
    public Func<string, string?, Task> Save { get; set; } = null!;

    private string Alias => Question.Alias ?? _alias.Trim();

    private bool NeedsReason => Alias == ModelAlias.Champion;

    private bool IsRollback => Question.Alias is not null && Question.Current > Question.Version;

    private bool IsReady => !_isSaving && Alias.Length > 0 && (!NeedsReason || !string.IsNullOrWhiteSpace(_reason));

    private string Title => IsRollback ? $"Roll back to v{Question.Version}" : Question.Alias == ModelAlias.Champion ? $"Make v{Question.Version} the champion" : $"Alias for v{Question.Version}";

    /// <returns>Whether it was set.</returns>
    public static async Task<bool> AskAsync(IDialogService dialogs, AliasQuestion question, Func<string, string?, Task> save)
    {
        var parameters = new DialogParameters<AliasDialog> { { d => d.Question, question }, { d => d.Save, save } };
        var shown = await dialogs.ShowAsync<AliasDialog>("Alias", parameters, new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small });
        return await shown.Result is { Canceled: false };
    }

    private async Task SaveAsync()
    {
        if (!IsReady)
        {
            return;
        }

        _isSaving = true;
        _problem = null;
        try
        {
            await Save(Alias, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim());
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

/// <param name="Alias"><c>null</c> lets the user name one.</param>
/// <param name="Current">The version that it points to now.</param>
/// <param name="Known">Aliases that the model has.</param>
public sealed record AliasQuestion(int Version, string? Alias, int? Current, IReadOnlyList<string> Known);
