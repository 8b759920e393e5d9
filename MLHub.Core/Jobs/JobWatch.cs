using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Jobs;

/// <summary>
/// Brings the news of jobs that other processes work on: once a second, and only while somebody listens, the open jobs are
/// compared with what they were before. Jobs of this process are told of at once by <see cref="JobQueue"/>.
/// </summary>
internal sealed partial class JobWatch(IDbContextFactory<HubDbContext> contexts, News news, JobOwners owners, TimeProvider time, ILogger<JobWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = new Dictionary<Guid, Seen>();
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!news.HasSubscribers)
            {
                continue;
            }

            try
            {
                before = await LookAsync(before, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The database may be away for a moment; pages catch up with the next look.
                Log.LookFailed(logger, failure);
            }
        }
    }

    private async Task<Dictionary<Guid, Seen>> LookAsync(Dictionary<Guid, Seen> before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var recently = time.GetUtcNow().UtcDateTime.AddSeconds(-15);
        var jobs = await db.Set<Job>().AsNoTracking()
            .Where(j => j.State == JobState.Queued || j.State == JobState.Running || j.EndedAt > recently)
            .OrderByDescending(j => j.Id).Take(1000).ToListAsync(cancellationToken);
        var now = new Dictionary<Guid, Seen>();
        foreach (var job in jobs)
        {
            var seen = new Seen(job.State, job.Progress, job.Stage, job.Message);
            now[job.Id] = seen;
            if (!before.TryGetValue(job.Id, out var old) || old != seen)
            {
                news.Publish([Topic.Job(job.Id), Topic.Workspace(job.WorkspaceId), .. owners.Of(job.Kind).Topics(job)]);
            }
        }

        return now;
    }

    private sealed record Seen(JobState State, double Progress, string? Stage, string? Message);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Open jobs could not be looked at")]
        public static partial void LookFailed(ILogger logger, Exception failure);
    }
}
