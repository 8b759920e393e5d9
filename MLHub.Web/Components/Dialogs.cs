using MudBlazor;

namespace MLHub.Web.Components;

public static class Dialogs
{
    /// <summary>Asks before something is lost.</summary>
    /// <param name="confirmText">The verb on the button: <c>Delete</c>.</param>
    /// <param name="consequences">What goes with it: <c>3 runs</c>, <c>1.2 GB</c>.</param>
    public static async Task<bool> ConfirmAsync(IDialogService dialogs, string title, string text, string confirmText, IReadOnlyList<string>? consequences = null)
    {
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(title, new DialogParameters<ConfirmDialog>
        {
            { d => d.Title, title },
            { d => d.Text, text },
            { d => d.ConfirmText, confirmText },
            { d => d.Consequences, consequences ?? [] },
        });
        return await dialog.Result is { Canceled: false };
    }
}
