using Microsoft.Extensions.Time.Testing;
using MLHub.Tests.Support;
using MLHub.Web.Components;

namespace MLHub.Tests.Components;

public sealed class RefreshThrottleTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _time = FakeTime.Create();
    private readonly RefreshThrottle _throttle;
    private TaskCompletionSource? _work;
    private int _runs;

    public RefreshThrottleTests() => _throttle = new RefreshThrottle(_time, Interval, () =>
    {
        _runs++;
        return _work?.Task ?? Task.CompletedTask;
    });

    [Fact]
    public void The_first_signal_is_answered_at_once()
    {
        _throttle.Signal();

        Assert.Equal(1, _runs);
    }

    [Fact]
    public void A_hundred_signals_in_a_second_become_at_most_five_runs()
    {
        for (var i = 0; i < 100; i++)
        {
            _throttle.Signal();
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_runs, 4, 5);
    }

    [Fact]
    public void The_last_signal_is_never_lost()
    {
        _throttle.Signal();
        _throttle.Signal();

        _time.Advance(Interval);

        Assert.Equal(2, _runs);
    }

    [Fact]
    public void A_run_that_takes_long_is_not_joined_by_a_second_one()
    {
        _work = new TaskCompletionSource();
        _throttle.Signal();
        _throttle.Signal();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, _runs);

        var first = _work;
        _work = null;
        first.SetResult();

        Assert.Equal(2, _runs);
    }

    [Fact]
    public void After_disposal_nothing_runs()
    {
        _throttle.Signal();
        _throttle.Signal();

        _throttle.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
        _throttle.Signal();

        Assert.Equal(1, _runs);
    }

    public void Dispose() => _throttle.Dispose();
}
