using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Tests.Support;

namespace MLHub.Tests.Jobs;

/// <summary>How results are recorded, on each database engine.</summary>
public abstract class JobDeskTests(DatabaseEngine engine) : IAsyncLifetime
{
    private readonly OvertakenOwner _owner = new();
    private TestDatabase _database = null!;
    private JobQueue _queue = null!;
    private JobDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(engine);
        var options = Options.Create(new JobOptions());
        var news = new News();
        _queue = new(_database.Contexts, options, TimeProvider.System, news);
        _desk = new(_queue, new([_owner]), _database.Contexts, news, options, TimeProvider.System, NullLogger<JobDesk>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("STALE_EDIT")]
    [InlineData("CONFLICT")]
    public async Task A_result_that_was_overtaken_by_another_is_recorded_once_all_the_same(string code)
    {
        _owner.Refusals = new(Enumerable.Repeat(HubException.Conflict("Somebody was faster.", code), 2));
        var lease = await TakeAsync();

        await _desk.CompleteAsync(lease, default, CancellationToken.None);

        await using var db = await _database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Succeeded, (await db.Set<Job>().SingleAsync(TestContext.Current.CancellationToken)).State);
        Assert.Equal("attempt 3", (await db.Set<JobLogLine>().SingleAsync(TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task Any_other_refusal_is_told_at_once()
    {
        _owner.Refusals = new([HubException.Conflict("The experiment was deleted.", "EXPERIMENT_DELETED")]);
        var lease = await TakeAsync();

        var refused = await Assert.ThrowsAsync<HubException>(() => _desk.CompleteAsync(lease, default, CancellationToken.None));

        Assert.Equal("EXPERIMENT_DELETED", refused.Code);
        Assert.Equal(1, _owner.Attempts);
    }

    private async Task<JobLease> TakeAsync()
    {
        await using (var db = await _database.Contexts.CreateDbContextAsync())
        {
            _queue.Add(db, _owner.Kind, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
            await db.SaveChangesAsync();
        }

        var job = (await _desk.TakeAsync("w1", CancellationToken.None))!;
        return new(job.Id, job.LeaseToken, "w1");
    }

    /// <summary>Writes its result and then finds that another one came before.</summary>
    private sealed class OvertakenOwner : IJobOwner
    {
        public Queue<HubException> Refusals { get; set; } = [];

        public int Attempts { get; private set; }

        public string Kind => "overtaken";

        public Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken) =>
            Task.FromResult(new JobPlan(JsonSerializer.SerializeToElement(0), new Dictionary<string, BlobHash>(), []));

        public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
        {
            Attempts++;
            db.Add(JobLogLine.Create(job.Id, 1, TimeProvider.System.GetUtcNow().UtcDateTime, JobLogLevel.Information, $"attempt {Attempts}"));
            if (Refusals.TryDequeue(out var refusal))
            {
                await db.SaveChangesAsync(cancellationToken);
                throw refusal;
            }
        }

        public Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

public sealed class SqliteJobDeskTests() : JobDeskTests(DatabaseEngine.Sqlite);

[Trait("Category", Category.Postgres)]
public sealed class PostgresJobDeskTests() : JobDeskTests(DatabaseEngine.Postgres);
