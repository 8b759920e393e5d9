using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Queries;

namespace MLHub.Tests.Queries;

public sealed class QueryTurnsTests
{
    private static readonly Guid Ada = Guid.NewGuid();
    private static readonly Guid Ben = Guid.NewGuid();

    private readonly QueryTurns _turns = new(Options.Create(new QueryOptions { Concurrency = 2, WaitingPerPerson = 2 }));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_run_and_the_third_waits_for_one_to_end()
    {
        var first = await _turns.TakeAsync(Ada, Token);
        await _turns.TakeAsync(Ada, Token);
        var third = _turns.TakeAsync(Ada, Token);

        Assert.False(third.IsCompleted);
        first.Dispose();

        await third;
    }

    [Fact]
    public async Task Whoever_has_fewest_running_comes_before_somebody_with_many_waiting()
    {
        var first = await _turns.TakeAsync(Ada, Token);
        await _turns.TakeAsync(Ada, Token);
        var adas = _turns.TakeAsync(Ada, Token);
        var bens = _turns.TakeAsync(Ben, Token);

        first.Dispose();
        await bens;

        Assert.False(adas.IsCompleted);
    }

    [Fact]
    public async Task One_more_than_may_wait_is_told_to_come_back_later()
    {
        await _turns.TakeAsync(Ada, Token);
        await _turns.TakeAsync(Ada, Token);
        _ = _turns.TakeAsync(Ada, Token);
        _ = _turns.TakeAsync(Ada, Token);

        var refused = await Assert.ThrowsAsync<HubException>(() => _turns.TakeAsync(Ada, Token));

        Assert.Equal(Refusal.TooMany, refused.Refusal);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_nobody_up()
    {
        using var impatience = new CancellationTokenSource();
        var first = await _turns.TakeAsync(Ada, Token);
        await _turns.TakeAsync(Ada, Token);
        var given = _turns.TakeAsync(Ada, impatience.Token);
        var bens = _turns.TakeAsync(Ben, Token);

        await impatience.CancelAsync();
        first.Dispose();
        await bens;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
    }
}
