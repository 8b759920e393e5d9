using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Experiments;

/// <summary>Time since something started; counts by itself until it ended.</summary>
public sealed partial class Elapsed : ComponentBase, IDisposable
{
    private PeriodicTimer? _timer;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired]
    public DateTime? From { get; set; }

    [Parameter, EditorRequired]
    public DateTime? To { get; set; }

    private TimeSpan? Value => From is { } from ? (To ?? Time.GetUtcNow().UtcDateTime) - from : null;

    /// <summary>May come before the first painting is told of; a timer that is disposed ticks no more, whenever it is asked.</summary>
    public void Dispose() => _timer?.Dispose();

    protected override void OnInitialized() => _timer = To is null ? new PeriodicTimer(TimeSpan.FromSeconds(1), Time) : null;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || _timer is null)
        {
            return;
        }

        while (To is null && await _timer.WaitForNextTickAsync())
        {
            StateHasChanged();
        }
    }
}
