using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Jobs;

/// <summary>What people see of the queue and may ask of it.</summary>
public sealed class JobService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, JobQueue queue, JobOwners owners, TimeProvider time)
{
    public async Task<JobView> GetAsync(Actor actor, Guid jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await FindAsync(db, jobId, cancellationToken);
        await access.RequireAsync(actor, AsThing(job), WorkspaceRole.Reader, cancellationToken);
        var position = job.State == JobState.Queued
            ? await db.Set<Job>().CountAsync(j => j.State == JobState.Queued && (j.Priority > job.Priority || (j.Priority == job.Priority && j.Id < job.Id)), cancellationToken)
            : (int?)null;
        return JobView.Of(job, position);
    }

    /// <summary>The newest first.</summary>
    public async Task<Page<JobView>> ListAsync(Actor actor, Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<Job>().AsNoTracking().Where(j => j.WorkspaceId == workspaceId)
            .OrderByDescending(j => j.Id).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        return page.ToPage(rows.ConvertAll(j => JobView.Of(j, null)));
    }

    /// <summary>Lines of the job's log after the given number, oldest first, at most 1000.</summary>
    public async Task<IReadOnlyList<JobLogLine>> LogAsync(Actor actor, Guid jobId, int after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await FindAsync(db, jobId, cancellationToken);
        await access.RequireAsync(actor, AsThing(job), WorkspaceRole.Reader, cancellationToken);
        return await db.Set<JobLogLine>().AsNoTracking().Where(l => l.JobId == jobId && l.Number > after)
            .OrderBy(l => l.Number).Take(1000).ToListAsync(cancellationToken);
    }

    /// <summary>Stops a job: a queued one at once, a running one within seconds. Editors stop their own, managers any. Harmless when it is over.</summary>
    public async Task CancelAsync(Actor actor, Guid jobId, CancellationToken cancellationToken)
    {
        var job = await RequireControlAsync(actor, jobId, "job.cancel", cancellationToken);
        if (job.IsOver)
        {
            return;
        }

        if (await queue.RequestCancelAsync(jobId, cancellationToken) is { } held)
        {
            var failure = new JobFailure(JobState.Cancelled, null, $"Cancelled by {actor.Name} before it started.");
            await queue.EndAsync(held, JobState.Cancelled, failure, db => owners.Of(held.Kind).AbandonAsync(db, held, failure, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Lets a running job stop early and keep what it has so far.</summary>
    public async Task FinishAsync(Actor actor, Guid jobId, CancellationToken cancellationToken)
    {
        var job = await RequireControlAsync(actor, jobId, "job.finish", cancellationToken);
        if (job.State != JobState.Running)
        {
            throw HubException.Conflict(job.IsOver ? "It is over already." : "It has not started yet. Cancel it instead.", "NOT_RUNNING");
        }

        await queue.RequestFinishAsync(jobId, cancellationToken);
    }

    private async Task<Job> RequireControlAsync(Actor actor, Guid jobId, string action, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await FindAsync(db, jobId, cancellationToken);
        var role = await access.RequireAsync(actor, AsThing(job), WorkspaceRole.Editor, cancellationToken);
        if (job.CreatedBy != actor.UserId && role < WorkspaceRole.Manager)
        {
            throw new HubException(Refusal.Forbidden, "Somebody else started this. Ask them, or a manager of the workspace.");
        }

        if (!job.IsOver)
        {
            db.Audit(actor, job.WorkspaceId, action, job.Id, job.Kind, time.GetUtcNow().UtcDateTime);
            await db.SaveChangesAsync(cancellationToken);
        }

        return job;
    }

    /// <summary>Whoever was let in to the thing that a job is about sees the job, too.</summary>
    private static Thing AsThing(Job job) => new("job", job.SubjectId, job.WorkspaceId, Visibility.Private);

    private static async Task<Job> FindAsync(HubDbContext db, Guid jobId, CancellationToken cancellationToken) =>
        await db.Set<Job>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken) ?? throw HubException.NotFound("job");
}

/// <summary>A job as people see it.</summary>
/// <param name="Position">Jobs before it while it waits.</param>
public sealed record JobView(
    Guid Id,
    Guid WorkspaceId,
    string Kind,
    Guid SubjectId,
    JobState State,
    double Progress,
    string? Stage,
    string? Message,
    int? Position,
    int Attempt,
    string? Error,
    string? ErrorCode,
    bool CancelRequested,
    Guid CreatedBy,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? EndedAt)
{
    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    public static JobView Of(Job job, int? position) => new(
        job.Id, job.WorkspaceId, job.Kind, job.SubjectId, job.State, job.Progress, job.Stage, job.Message, position, job.Attempt, job.Error, job.ErrorCode,
        job.CancelRequested, job.CreatedBy, job.CreatedAt, job.StartedAt, job.EndedAt);
}
