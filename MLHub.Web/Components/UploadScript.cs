using Microsoft.JSInterop;

namespace MLHub.Web.Components;

/// <summary>The script that sends files. All components import it by the same address: its state is one per browser page.</summary>
internal static class UploadScript
{
    public static ValueTask<IJSObjectReference> ImportAsync(IJSRuntime js) => js.InvokeAsync<IJSObjectReference>("import", "./js/upload.js");

    public static async ValueTask LeaveAsync(IJSObjectReference? reference, string? method = null)
    {
        if (reference is null)
        {
            return;
        }

        try
        {
            if (method is not null)
            {
                await reference.InvokeVoidAsync(method);
            }

            await reference.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the script with it.
        }
    }
}
