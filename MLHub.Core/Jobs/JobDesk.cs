using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Jobs;

/// <summary>
/// Where workers come for jobs and bring what came out, those of this process and those of other machines alike: planning and recording
/// stay here, beside the database. Whoever lost the lease is refused with <see cref="JobLease.Lost"/> and has changed nothing.
/// </summary>
public sealed partial class JobDesk(
    JobQueue queue, JobOwners owners, IDbContextFactory<HubDbContext> contexts, News news, IOptions<JobOptions> options, TimeProvider time, ILogger<JobDesk> logger)
{
    private const int MaxKeyLength = 200;

    /// <summary>Others end at the same moment and take, say, the next number of a model; so many of them may come before.</summary>
    private const int EndAttempts = 5;

    /// <summary>The next job with its plan; <c>null</c> when there is none.</summary>
    public async Task<JobAssignment?> TakeAsync(string worker, CancellationToken cancellationToken)
    {
        await CloseLostAsync(worker, cancellationToken);
        return await queue.ClaimAsync(worker, cancellationToken) is { } job ? await PlanAsync(job, cancellationToken) : null;
    }

    /// <summary>Closes jobs that nobody can go on with: their worker fell silent or gave them back, and it was the last attempt or they were cancelled.</summary>
    public async Task CloseLostAsync(string worker, CancellationToken cancellationToken)
    {
        foreach (var lost in await queue.ClaimLostAsync(worker, cancellationToken))
        {
            await AbandonAsync(
                lost,
                lost.CancelRequested
                    ? new(JobState.Cancelled, null, "Cancelled.")
                    : new(JobState.Failed, "WORKER_LOST", $"The worker was lost {lost.Attempt} times while computing this. Start it again; if that keeps happening, it may need more memory than the machine has."),
                cancellationToken);
        }
    }

    /// <summary>Renews the lease and writes what the worker tells.</summary>
    /// <returns>What the user wants of the job.</returns>
    public async Task<JobOrders> BeatAsync(JobLease lease, JobReport report, CancellationToken cancellationToken)
    {
        var job = await queue.RequireAsync(lease, cancellationToken);
        var isQuiet = report.Lines.Count + report.Points.Count == 0;
        var orders = await queue.BeatAsync(
            job, report.Progress, report.Stage, report.Message, isQuiet ? null : db => RecordAsync(db, job, lease, report, cancellationToken), cancellationToken) ?? throw JobLease.AsLost();
        Tell(job);
        return orders;
    }

    /// <summary>The blob behind the name of an input.</summary>
    public async Task<BlobHash> InputAsync(JobLease lease, string name, CancellationToken cancellationToken)
    {
        var job = await queue.RequireAsync(lease, cancellationToken);
        return job.Files?.Inputs.TryGetValue(name, out var hash) == true ? BlobHash.Parse(hash) : throw HubException.NotFound("input");
    }

    /// <summary>Stores an output under one of the names that were planned.</summary>
    /// <param name="put">Stores the bytes.</param>
    public async Task<BlobRef> StoreAsync(JobLease lease, string name, Func<Task<BlobRef>> put, CancellationToken cancellationToken)
    {
        var job = await queue.RequireAsync(lease, cancellationToken);
        if (job.Files?.Outputs.Contains(name) != true)
        {
            throw HubException.NotFound("output");
        }

        var blob = await put();
        // Read again: another output of the lease may have arrived meanwhile.
        job = await queue.RequireAsync(lease, cancellationToken);
        await queue.KeepFilesAsync(lease, (job.Files ?? throw JobLease.AsLost()).With(name, blob), cancellationToken);
        return blob;
    }

    /// <summary>Ends the job with what the handler returned and the outputs that were stored; its owner records it in the same transaction.</summary>
    public async Task CompleteAsync(JobLease lease, JsonElement result, CancellationToken cancellationToken)
    {
        var job = await queue.RequireAsync(lease, cancellationToken);
        var stored = (job.Files ?? throw JobLease.AsLost()).Stored.ToDictionary(s => s.Key, s => new BlobRef(BlobHash.Parse(s.Value.Hash), s.Value.Length));
        if (!await EndAsync(job, new(result, stored), cancellationToken))
        {
            throw JobLease.AsLost();
        }

        Tell(job);
        Log.Succeeded(logger, job.Kind, job.Id, job.Worker);
    }

    /// <summary>Ends the job without a result.</summary>
    public async Task AbandonAsync(JobLease lease, JobFailure failure, CancellationToken cancellationToken)
    {
        if (!await AbandonAsync(await queue.RequireAsync(lease, cancellationToken), failure, cancellationToken))
        {
            throw JobLease.AsLost();
        }
    }

    /// <summary>Gives the job back: at once when the worker stops (the attempt does not count), or after a failure of ours.</summary>
    public async Task ReleaseAsync(JobLease lease, bool countsAsAttempt, CancellationToken cancellationToken)
    {
        var job = await queue.RequireAsync(lease, cancellationToken);
        if (!await queue.ReleaseAsync(job, countsAsAttempt, cancellationToken))
        {
            throw JobLease.AsLost();
        }

        Tell(job);
    }

    /// <summary>A conflict says that somebody was faster and nothing of ours was written: against what they wrote it goes well.</summary>
    private async Task<bool> EndAsync(Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await queue.EndAsync(job, JobState.Succeeded, null, db => owners.Of(job.Kind).CompleteAsync(db, job, outcome, cancellationToken), cancellationToken);
            }
            catch (HubException overtaken) when (overtaken is { Refusal: Refusal.Conflict, Code: "STALE_EDIT" or "CONFLICT" } && attempt < EndAttempts)
            {
                Log.Overtaken(logger, job.Kind, job.Id, overtaken.Code);
            }
        }
    }

    private async Task<JobAssignment?> PlanAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            JobPlan plan;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                plan = await owners.Of(job.Kind).PlanAsync(db, job, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
            }

            var files = JobFiles.Of(plan);
            await queue.KeepFilesAsync(new(job.Id, job.LeaseToken!, job.Worker!), files, cancellationToken);
            Tell(job);
            return new(
                job.Id, job.Kind, job.Attempt, job.MaxAttempts, job.LeaseToken!, options.Value.LeaseSeconds, plan.Spec, files.Inputs, files.Outputs, plan.TimeLimit?.TotalSeconds);
        }
        catch (HubException refused)
        {
            await AbandonAsync(job, new(JobState.Failed, refused.Code, refused.Message), cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.PlanFailed(logger, failure, job.Id);
            if (job.Attempt < job.MaxAttempts)
            {
                await queue.ReleaseAsync(job, countsAsAttempt: true, cancellationToken);
            }
            else
            {
                await AbandonAsync(job, new(JobState.Failed, "INTERNAL", "MLHub could not begin this. The server's log has the details."), cancellationToken);
            }
        }

        return null;
    }

    private async Task RecordAsync(HubDbContext db, Job job, JobLease lease, JobReport report, CancellationToken cancellationToken)
    {
        if (!await JobQueue.IsNewReportAsync(db, lease, report.Number, cancellationToken))
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (report.Lines.Count > 0)
        {
            var number = await db.Set<JobLogLine>().Where(l => l.JobId == job.Id).MaxAsync(l => (int?)l.Number, cancellationToken) ?? 0;
            db.AddRange(report.Lines.Select(l => JobLogLine.Create(job.Id, ++number, now, l.Level, l.Text)));
        }

        if (report.Points.Count > 0)
        {
            await owners.Of(job.Kind).RecordMetricsAsync(db, job, [.. report.Points.Where(p => p.Key.Length is > 0 and <= MaxKeyLength).Select(p => new JobMetric(p.Key, p.Step, p.Value, now))], cancellationToken);
        }
    }

    private async Task<bool> AbandonAsync(Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        var isMine = await queue.EndAsync(job, failure.State, failure, db => owners.Of(job.Kind).AbandonAsync(db, job, failure, cancellationToken), cancellationToken);
        Tell(job);
        Log.Ended(logger, job.Kind, job.Id, failure.State, failure.Code);
        return isMine;
    }

    private void Tell(Job job) => news.Publish([.. owners.Of(job.Kind).Topics(job)]);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Job {Kind} {JobId} succeeded on {Worker}")]
        public static partial void Succeeded(ILogger logger, string kind, Guid jobId, string? worker);

        [LoggerMessage(LogLevel.Information, "Job {Kind} {JobId} ended: {State} {Code}")]
        public static partial void Ended(ILogger logger, string kind, Guid jobId, JobState state, string? code);

        [LoggerMessage(LogLevel.Information, "Job {Kind} {JobId} is recorded once more: {Code}")]
        public static partial void Overtaken(ILogger logger, string kind, Guid jobId, string code);

        [LoggerMessage(LogLevel.Error, "Job {JobId} could not be planned")]
        public static partial void PlanFailed(ILogger logger, Exception failure, Guid jobId);
    }
}
