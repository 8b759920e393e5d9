using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>Asks for the second factor again, in the middle of something that matters.</summary>
public sealed partial class CodeDialog(TwoFactorService twoFactor, CurrentActor current) : ComponentBase
{
    private const string Needed = "TWO_FACTOR_NEEDED";

    private string _code = "";
    private string? _problem;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>Does it, and when it is refused for want of a second factor, asks for that and does it again.</summary>
    /// <exception cref="HubException">It was refused for another reason, or nobody gave the code.</exception>
    public static async Task ConfirmedAsync(IDialogService dialogs, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (HubException refused) when (refused.Code == Needed)
        {
            var dialog = await dialogs.ShowAsync<CodeDialog>("Confirm it is you");
            if (await dialog.Result is not { Canceled: false })
            {
                throw;
            }

            await action();
        }
    }

    private async Task ConfirmAsync()
    {
        try
        {
            await twoFactor.ConfirmAsync(await current.GetAsync(), _code, null, CancellationToken.None);
            Dialog.Close(true);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
    }
}
