using MudBlazor;

namespace MLHub.Web.Components;

public static class Dialogs
{
    /// <returns>Whether the user wants it done.</returns>
    /// <param name="confirmText">What the button does: <c>Delete dataset</c>, never <c>OK</c>.</param>
    /// <param name="consequences">What goes with it, one line each.</param>
    public static async Task<bool> ConfirmAsync(IDialogService dialogs, string title, string text, string confirmText, IReadOnlyList<string>? consequences = null)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { d => d.Title, title },
            { d => d.Text, text },
            { d => d.ConfirmText, confirmText },
            { d => d.Consequences, consequences },
        };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(title, parameters);
        return await dialog.Result is { Canceled: false };
    }
}
