using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>Says what goes and what stays, and wants the password.</summary>
public sealed partial class DeleteAccountDialog(AccountService accounts, CurrentActor current, IDialogService dialogs) : ComponentBase
{
    private string _password = "";
    private string? _problem;
    private bool _isBusy;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    private async Task DeleteAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var actor = await current.GetAsync();
            await CodeDialog.ConfirmedAsync(dialogs, () => accounts.DeleteAsync(actor, _password, CancellationToken.None));
            Dialog.Close(true);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }
}
