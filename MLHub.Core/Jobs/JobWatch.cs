using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Jobs;

/// <summary>
/// Brings the news of jobs that other processes work on: once a second, and only while somebody listens, the open jobs are
/// compared with what they were before. Jobs of this process are told of at once by <see cref="JobQueue"/>.
/// </summary>
internal sealed class JobWatch(IDbContextFactory<HubDbContext> contexts, News news, JobOwners owners, TimeProvider time, ILogger<JobWatch> logger)
    : DatabaseWatch<Dictionary<Guid, JobSeen>>(TimeSpan.FromSeconds(1), [], news, time, logger)
{
    protected override async Task<Dictionary<Guid, JobSeen>> LookAsync(Dictionary<Guid, JobSeen> before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var recently = Now.AddSeconds(-15);
        var jobs = await db.Set<Job>().AsNoTracking()
            .Where(j => j.State == JobState.Queued || j.State == JobState.Running || j.EndedAt > recently)
            .OrderByDescending(j => j.Id).Take(1000).ToListAsync(cancellationToken);
        var now = new Dictionary<Guid, JobSeen>();
        foreach (var job in jobs)
        {
            var seen = new JobSeen(job.State, job.Progress, job.Stage, job.Message);
            now[job.Id] = seen;
            if (!before.TryGetValue(job.Id, out var old) || old != seen)
            {
                News.Publish([Topic.Job(job.Id), Topic.Workspace(job.WorkspaceId), .. owners.Of(job.Kind).Topics(job)]);
            }
        }

        return now;
    }
}

/// <summary>What pages show of a job.</summary>
internal sealed record JobSeen(JobState State, double Progress, string? Stage, string? Message);
