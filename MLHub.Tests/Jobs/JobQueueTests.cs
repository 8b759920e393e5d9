using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Tests.Support;

namespace MLHub.Tests.Jobs;

/// <summary>What the queue promises, on each database engine.</summary>
public abstract class JobQueueTests(DatabaseEngine engine) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private JobQueue _queue = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(engine);
        _queue = Queue(leaseSeconds: 30);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Jobs_are_taken_by_priority_and_then_in_the_order_of_their_creation()
    {
        // Ids are in the order of the milliseconds in which they were made.
        var first = await AddAsync();
        await Task.Delay(2);
        var second = await AddAsync();
        var urgent = await AddAsync(priority: 5);

        var taken = new[] { await ClaimAsync(), await ClaimAsync(), await ClaimAsync() };

        Assert.Equal([urgent, first, second], taken.Select(j => j!.Id));
        Assert.Null(await ClaimAsync());
    }

    [Fact]
    public async Task Many_workers_never_take_the_same_job()
    {
        for (var i = 0; i < 40; i++)
        {
            await AddAsync();
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            var mine = new List<Guid>();
            while (await _queue.ClaimAsync($"w{worker}", CancellationToken.None) is { } job)
            {
                mine.Add(job.Id);
            }

            return mine;
        }));

        var all = taken.SelectMany(t => t).ToList();
        Assert.Equal(40, all.Count);
        Assert.Equal(40, all.Distinct().Count());
    }

    [Fact]
    public async Task A_job_of_a_silent_worker_goes_to_the_next_one_and_the_old_one_can_write_no_more()
    {
        var hasty = Queue(leaseSeconds: 0);
        await AddAsync();
        var zombie = await hasty.ClaimAsync("zombie", CancellationToken.None);
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var heir = await ClaimAsync();

        Assert.Equal(zombie!.Id, heir!.Id);
        Assert.Equal(2, heir.Attempt);
        Assert.Null(await _queue.BeatAsync(zombie, 0.9, "x", null, null, CancellationToken.None));
        var written = false;
        Assert.False(await EndAsync(zombie, () => written = true));
        Assert.False(written);
        Assert.True(await EndAsync(heir, () => written = true));
        Assert.True(written);
    }

    [Fact]
    public async Task A_job_that_lost_its_last_worker_can_only_be_closed()
    {
        var hasty = Queue(leaseSeconds: 0);
        var id = await AddAsync(maxAttempts: 1);
        await hasty.ClaimAsync("zombie", CancellationToken.None);
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var again = await ClaimAsync();
        var lost = await _queue.ClaimLostAsync("w1", CancellationToken.None);

        Assert.Null(again);
        Assert.Equal(id, Assert.Single(lost).Id);
    }

    [Fact]
    public async Task A_server_that_starts_again_need_not_wait_for_its_own_old_leases()
    {
        var id = await AddAsync();
        await _queue.ClaimAsync("server/1", CancellationToken.None);
        Assert.Null(await ClaimAsync());

        await _queue.ExpireAsync("server/1", CancellationToken.None);

        Assert.Equal(id, (await ClaimAsync())!.Id);
    }

    [Fact]
    public async Task What_a_job_ends_with_is_written_in_one_transaction_with_its_state()
    {
        await AddAsync();
        var job = await ClaimAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _queue.EndAsync(job!, JobState.Succeeded, null, _ => throw new InvalidOperationException("no result"), CancellationToken.None));

        await using var db = await _database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var after = await db.Set<Job>().SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Running, after.State);
        Assert.Equal(job!.LeaseToken, after.LeaseToken);
    }

    [Fact]
    public async Task A_beat_brings_the_wish_to_cancel_and_to_finish()
    {
        await AddAsync();
        var job = await ClaimAsync();
        await _queue.RequestFinishAsync(job!.Id, CancellationToken.None);
        var finish = await _queue.BeatAsync(job, 0.5, "training", "epoch 3", null, CancellationToken.None);
        var held = await _queue.RequestCancelAsync(job.Id, CancellationToken.None);

        var cancel = await _queue.BeatAsync(job, 0.5, "training", "epoch 4", null, CancellationToken.None);

        Assert.Equal(new JobOrders(Cancel: false, Finish: true), finish);
        Assert.Null(held);
        Assert.Equal(new JobOrders(Cancel: true, Finish: true), cancel);
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_by_whoever_asks_and_never_starts()
    {
        var id = await AddAsync();

        var held = await _queue.RequestCancelAsync(id, CancellationToken.None);

        Assert.Equal(id, held!.Id);
        Assert.Null(await ClaimAsync());
        Assert.True(await _queue.EndAsync(held, JobState.Cancelled, new(JobState.Cancelled, null, "Cancelled."), _ => Task.CompletedTask, CancellationToken.None));
    }

    [Fact]
    public async Task A_released_job_starts_again_without_losing_an_attempt()
    {
        await AddAsync(maxAttempts: 1);
        var job = await ClaimAsync();

        await _queue.ReleaseAsync(job!, countsAsAttempt: false, CancellationToken.None);

        Assert.Equal(job!.Id, (await ClaimAsync())!.Id);
    }

    [Fact]
    public async Task A_cancelled_job_that_its_worker_gave_back_is_closed_and_never_starts()
    {
        var id = await AddAsync();
        var job = await ClaimAsync();
        await _queue.RequestCancelAsync(id, CancellationToken.None);
        await _queue.ReleaseAsync(job!, countsAsAttempt: false, CancellationToken.None);

        var again = await ClaimAsync();
        var closing = Assert.Single(await _queue.ClaimLostAsync("w1", CancellationToken.None));

        Assert.Null(again);
        Assert.Equal(id, closing.Id);
        Assert.True(closing.CancelRequested);
        Assert.True(await EndAsync(closing, () => { }));
    }

    [Fact]
    public async Task Progress_that_is_not_a_number_is_refused_quietly()
    {
        await AddAsync();
        var job = await ClaimAsync();

        await _queue.BeatAsync(job!, double.NaN, new string('x', 200), new string('y', 2000), null, CancellationToken.None);

        await using var db = await _database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var after = await db.Set<Job>().SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, after.Progress);
        Assert.Equal(64, after.Stage!.Length);
        Assert.Equal(500, after.Message!.Length);
    }

    private JobQueue Queue(int leaseSeconds) =>
        new(_database.Contexts, Options.Create(new JobOptions { LeaseSeconds = leaseSeconds }), TimeProvider.System, new News());

    private Task<Job?> ClaimAsync() => _queue.ClaimAsync("w1", CancellationToken.None);

    private Task<bool> EndAsync(Job job, Action record) => _queue.EndAsync(
        job,
        JobState.Succeeded,
        null,
        _ =>
        {
            record();
            return Task.CompletedTask;
        },
        CancellationToken.None);

    private async Task<Guid> AddAsync(int priority = 0, int maxAttempts = 3)
    {
        await using var db = await _database.Contexts.CreateDbContextAsync();
        var job = _queue.Add(db, "test", Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), maxAttempts, priority);
        await db.SaveChangesAsync();
        return job.Id;
    }
}

public sealed class SqliteJobQueueTests() : JobQueueTests(DatabaseEngine.Sqlite);

[Trait("Category", Category.Postgres)]
public sealed class PostgresJobQueueTests() : JobQueueTests(DatabaseEngine.Postgres);
