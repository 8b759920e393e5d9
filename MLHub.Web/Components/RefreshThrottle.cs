namespace MLHub.Web.Components;

/// <summary>
/// Turns many signals into few calls: the first at once, the last never lost, at most one per interval and never two at
/// the same time.
/// </summary>
/// <param name="run">May be called on any thread; must not throw.</param>
public sealed class RefreshThrottle(TimeProvider time, TimeSpan interval, Func<Task> run) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long? _started;
    private bool _isRunning;
    private bool _isWanted;
    private bool _isDisposed;

    public void Signal()
    {
        lock (_lock)
        {
            if (_isDisposed || _isWanted)
            {
                return;
            }

            _isWanted = true;
            if (_isRunning || WaitsForTime())
            {
                return;
            }

            Begin();
        }

        _ = RunAsync();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void OnTime(object? state)
    {
        lock (_lock)
        {
            if (_isDisposed || _isRunning || !_isWanted)
            {
                return;
            }

            Begin();
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        await run();
        lock (_lock)
        {
            _isRunning = false;
            if (_isDisposed || !_isWanted || WaitsForTime())
            {
                return;
            }

            Begin();
        }

        await RunAsync();
    }

    private void Begin() => (_isRunning, _isWanted, _started) = (true, false, time.GetTimestamp());

    private bool WaitsForTime()
    {
        var wait = _started is { } last ? interval - time.GetElapsedTime(last) : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        _timer ??= time.CreateTimer(OnTime, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
        return true;
    }
}
