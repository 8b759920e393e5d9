using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLHub.Web.Components;

/// <summary>Puts a text on the clipboard and says so for two seconds.</summary>
public sealed partial class CopyButton(IJSRuntime scripts, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private bool _copied;

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
        await using var module = await scripts.InvokeAsync<IJSObjectReference>("import", "/js/hub.js");
        _copied = await module.InvokeAsync<bool>("copy", Text);
        StateHasChanged();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(2), time, _gone.Token);
            _copied = false;
        }
        catch (OperationCanceledException)
        {
            // The page went away first.
        }
    }
}
