using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLHub.Web.Components;

/// <summary>Puts a text on the clipboard and says so for a moment.</summary>
public sealed partial class CopyButton(IJSRuntime scripts, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private bool _isCopied;

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    [Parameter]
    public string? Label { get; set; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private async Task CopyAsync()
    {
        var token = _gone.Token;
        await scripts.InvokeVoidAsync("navigator.clipboard.writeText", token, Text);
        _isCopied = true;
        StateHasChanged();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(2), time, token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _isCopied = false;
    }
}
