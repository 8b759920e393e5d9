using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;

namespace MLHub.Web.Components;

/// <summary>
/// A page or part that repaints when something changed. However much news comes, it is refreshed at most four times a second:
/// at once for the first, and once more after the last. Nothing is heard after it was disposed.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<IDisposable> _subscriptions = [];
    private ITimer? _timer;
    private bool _isResting;
    private bool _hasMore;
    private bool _isDisposed;

    [Inject]
    private News News { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <summary>Listens to these topics and no longer to others.</summary>
    protected void Listen(params string[] topics)
    {
        lock (_lock)
        {
            Unsubscribe();
            if (!_isDisposed)
            {
                _subscriptions.AddRange(topics.Distinct().Select(topic => News.Subscribe(topic, Hear)));
            }
        }
    }

    /// <summary>Reads anew what the page shows. Called on the renderer's thread; a repaint follows.</summary>
    protected abstract Task RefreshAsync();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _isDisposed = true;
            Unsubscribe();
            _timer?.Dispose();
        }
    }

    private void Unsubscribe()
    {
        _subscriptions.ForEach(s => s.Dispose());
        _subscriptions.Clear();
    }

    private void Hear()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_isResting)
            {
                _hasMore = true;
                return;
            }

            _isResting = true;
            _timer ??= Time.CreateTimer(_ => Rested(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        }

        _ = InvokeAsync(RepaintAsync);
    }

    private void Rested()
    {
        lock (_lock)
        {
            _isResting = false;
            if (!_hasMore || _isDisposed)
            {
                return;
            }

            _hasMore = false;
        }

        Hear();
    }

    private async Task RepaintAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        try
        {
            await RefreshAsync();
            StateHasChanged();
        }
        catch (ObjectDisposedException) when (_isDisposed)
        {
            // The circuit went away while the page was reading.
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Shown by the error boundary around the page, like any other failure of it.
            await DispatchExceptionAsync(failure);
        }
    }
}
