using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Experiments;

/// <summary>Time since something started; counts by itself until it ended.</summary>
public sealed partial class Elapsed : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired]
    public DateTime? From { get; set; }

    [Parameter, EditorRequired]
    public DateTime? To { get; set; }

    private TimeSpan? Value => From is { } from ? (To ?? Time.GetUtcNow().UtcDateTime) - from : null;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || To is not null)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        try
        {
            while (To is null && await timer.WaitForNextTickAsync(_gone.Token))
            {
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }
}
