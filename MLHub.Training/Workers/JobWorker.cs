using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Training.Workers;

/// <summary>
/// The worker inside this process: claims jobs, has each computed in a child process, keeps the lease, passes on what the
/// child reports, stores its files and ends the job with its owner, in one transaction.
/// </summary>
internal sealed partial class JobWorker(
    JobQueue queue,
    JobOwners owners,
    IJobExecutor executor,
    IBlobStore blobs,
    IDbContextFactory<HubDbContext> contexts,
    News news,
    IOptions<JobOptions> options,
    IOptions<HubOptions> hub,
    TimeProvider time,
    ILogger<JobWorker> logger) : BackgroundService
{
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan QuietBeat = TimeSpan.FromSeconds(1);

    private string _name = "";

    private string WorkRoot => hub.Value.PathOf("work");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Slots == 0)
        {
            return;
        }

        using var name = WorkerName.Take(hub.Value);
        _name = name.Name;
        WorkFolder.RemoveAbandoned(WorkRoot);
        await queue.ExpireAsync(_name, stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, options.Value.Slots).Select(_ => WorkAsync(stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                foreach (var lost in await queue.ClaimLostAsync(_name, stopping))
                {
                    await CloseLostAsync(lost, stopping);
                }

                if (await queue.ClaimAsync(_name, stopping) is { } job)
                {
                    await RunAsync(job, stopping);
                }
                else
                {
                    await queue.WaitForWorkAsync(IdleLook, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception failure)
            {
                // The database or the store may be away; the queue must outlive it.
                Log.QueueFailed(logger, failure);
                await Task.Delay(IdleLook, time, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task RunAsync(Job job, CancellationToken stopping)
    {
        var owner = owners.Of(job.Kind);
        Log.Started(logger, job.Kind, job.Id, job.Attempt);
        try
        {
            JobPlan plan;
            await using (var db = await contexts.CreateDbContextAsync(stopping))
            {
                plan = await owner.PlanAsync(db, job, stopping);
                await db.SaveChangesAsync(stopping);
            }

            Tell(owner, job);
            using var folder = WorkFolder.Create(WorkRoot, job);
            await ComputeAsync(owner, job, plan, folder, stopping);
        }
        catch (HubException refused)
        {
            await AbandonAsync(owner, job, new(JobState.Failed, refused.Code, refused.Message), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await queue.ReleaseAsync(job, countsAsAttempt: false, CancellationToken.None);
            Log.Released(logger, job.Id);
        }
        catch (Exception failure) when (job.Attempt < job.MaxAttempts)
        {
            Log.Interrupted(logger, failure, job.Id);
            await Task.Delay(IdleLook, time, stopping);
            await queue.ReleaseAsync(job, countsAsAttempt: true, stopping);
        }
        catch (Exception failure)
        {
            Log.Interrupted(logger, failure, job.Id);
            await AbandonAsync(owner, job, new(JobState.Failed, "INTERNAL", "MLHub could not record the result. The server's log has the details."), stopping);
        }
    }

    private async Task ComputeAsync(IJobOwner owner, Job job, JobPlan plan, WorkFolder folder, CancellationToken stopping)
    {
        var inputs = new Dictionary<string, BlobFile>();
        try
        {
            foreach (var (name, hash) in plan.Inputs)
            {
                inputs[name] = await blobs.FetchAsync(hash, stopping);
            }

            var task = new JobTask(
                job.Kind, plan.Spec, inputs.ToDictionary(i => i.Key, i => i.Value.Path), folder.Output, folder.Scratch,
                options.Value.ResolvedThreads, options.Value.MemoryMegabytes * 1024L * 1024L);

            using var finish = new CancellationTokenSource();
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var reports = new ConcurrentQueue<ChildMessage>();
            var computing = executor.ExecuteAsync(task, folder.Path, plan.TimeLimit ?? TimeSpan.FromMinutes(options.Value.TimeLimitMinutes), reports.Enqueue, finish.Token, cancel.Token);
            bool isHeld;
            try
            {
                isHeld = await AccompanyAsync(owner, job, reports, computing, finish, cancel, stopping);
            }
            catch
            {
                // Without its companion the child's result could not be recorded: stop it before the failure goes up.
                await cancel.CancelAsync();
                await computing;
                throw;
            }

            var end = await computing;
            stopping.ThrowIfCancellationRequested();
            if (!isHeld)
            {
                Log.LeaseLost(logger, job.Id);
                return;
            }

            if (end.Failure?.Trace is { } trace)
            {
                Log.ChildFailed(logger, job.Kind, job.Id, end.Failure.Code, trace);
            }

            if (end.Result is { } result)
            {
                await CompleteAsync(owner, job, plan, folder, result, stopping);
            }
            else
            {
                await AbandonAsync(owner, job, end.Failure is { } f ? new(JobState.Failed, f.Code, f.Message) : new(JobState.Cancelled, null, "Cancelled."), stopping);
            }
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    /// <summary>While the child works: writes what it reported, keeps the lease, brings it the user's orders.</summary>
    /// <returns>False when the lease was lost.</returns>
    private async Task<bool> AccompanyAsync(
        IJobOwner owner, Job job, ConcurrentQueue<ChildMessage> reports, Task computing, CancellationTokenSource finish, CancellationTokenSource cancel, CancellationToken stopping)
    {
        var progress = new ChildProgress(0, "starting", null);
        var lineNumber = await LastLineAsync(job, stopping);
        var lastBeat = time.GetTimestamp();
        var lines = new List<JobLogLine>();
        var points = new List<JobMetric>();
        while (true)
        {
            var isLast = computing.IsCompleted;
            if (!isLast)
            {
                await Task.WhenAny(computing, Task.Delay(Pulse, time, CancellationToken.None));
            }

            var now = time.GetUtcNow().UtcDateTime;
            var hasNews = lines.Count + points.Count > 0;
            while (reports.TryDequeue(out var report))
            {
                hasNews = true;
                progress = report.Progress ?? progress;
                if (report.Log is { } line)
                {
                    lines.Add(JobLogLine.Create(job.Id, ++lineNumber, now, line.Level, line.Text));
                }

                if (report.Point is { } point)
                {
                    points.Add(new(point.Key, point.Step, point.Value, now));
                }
            }

            if (hasNews || time.GetElapsedTime(lastBeat) >= QuietBeat)
            {
                JobOrders? orders;
                try
                {
                    orders = await BeatAsync(owner, job, progress, lines, points, CancellationToken.None);
                }
                catch (Exception away) when (away is DbException or DbUpdateException && time.GetElapsedTime(lastBeat).TotalSeconds < options.Value.LeaseSeconds * 2)
                {
                    // The database may come back within the lease; what was reported is kept for the next beat.
                    Log.BeatFailed(logger, away, job.Id);
                    await Task.Delay(QuietBeat, time, CancellationToken.None);
                    continue;
                }

                lastBeat = time.GetTimestamp();
                lines.Clear();
                points.Clear();
                if (orders is null)
                {
                    await cancel.CancelAsync();
                    await computing.ContinueWith(_ => { }, TaskScheduler.Default);
                    return false;
                }

                Tell(owner, job);
                if (orders.Cancel)
                {
                    await cancel.CancelAsync();
                }

                if (orders.Finish)
                {
                    await finish.CancelAsync();
                }
            }

            if (isLast && reports.IsEmpty)
            {
                return true;
            }
        }
    }

    private Task<JobOrders?> BeatAsync(IJobOwner owner, Job job, ChildProgress progress, List<JobLogLine> lines, List<JobMetric> points, CancellationToken cancellationToken) =>
        queue.BeatAsync(
            job,
            progress.Value,
            progress.Stage,
            progress.Message,
            lines.Count + points.Count == 0 ? null : async db =>
            {
                db.AddRange(lines);
                if (points.Count > 0)
                {
                    await owner.RecordMetricsAsync(db, job, points, cancellationToken);
                }
            },
            cancellationToken);

    private async Task CompleteAsync(IJobOwner owner, Job job, JobPlan plan, WorkFolder folder, JsonElement result, CancellationToken cancellationToken)
    {
        var stored = new Dictionary<string, BlobRef>();
        foreach (var name in plan.Outputs)
        {
            var path = Path.Combine(folder.Output, name);
            if (File.Exists(path))
            {
                stored[name] = await blobs.PutFileAsync(path, cancellationToken);
            }
        }

        var isMine = await queue.EndAsync(job, JobState.Succeeded, null, db => owner.CompleteAsync(db, job, new(result, stored), cancellationToken), cancellationToken);
        Tell(owner, job);
        if (isMine)
        {
            Log.Succeeded(logger, job.Kind, job.Id);
        }
        else
        {
            Log.LeaseLost(logger, job.Id);
        }
    }

    private async Task AbandonAsync(IJobOwner owner, Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        await queue.EndAsync(job, failure.State, failure, db => owner.AbandonAsync(db, job, failure, cancellationToken), cancellationToken);
        Tell(owner, job);
        Log.Ended(logger, job.Kind, job.Id, failure.State, failure.Code);
    }

    private Task CloseLostAsync(Job job, CancellationToken cancellationToken) => AbandonAsync(
        owners.Of(job.Kind),
        job,
        job.CancelRequested
            ? new(JobState.Cancelled, null, "Cancelled.")
            : new(JobState.Failed, "WORKER_LOST", $"The worker was lost {job.Attempt} times while computing this. Start it again; if that keeps happening, it may need more memory than the machine has."),
        cancellationToken);

    private async Task<int> LastLineAsync(Job job, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<JobLogLine>().Where(l => l.JobId == job.Id).MaxAsync(l => (int?)l.Number, cancellationToken) ?? 0;
    }

    private void Tell(IJobOwner owner, Job job) => news.Publish([.. owner.Topics(job)]);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Job {Kind} {JobId} started, attempt {Attempt}")]
        public static partial void Started(ILogger logger, string kind, Guid jobId, int attempt);

        [LoggerMessage(LogLevel.Information, "Job {Kind} {JobId} succeeded")]
        public static partial void Succeeded(ILogger logger, string kind, Guid jobId);

        [LoggerMessage(LogLevel.Information, "Job {Kind} {JobId} ended: {State} {Code}")]
        public static partial void Ended(ILogger logger, string kind, Guid jobId, JobState state, string? code);

        [LoggerMessage(LogLevel.Information, "Job {JobId} was given back to the queue because this process stops")]
        public static partial void Released(ILogger logger, Guid jobId);

        [LoggerMessage(LogLevel.Warning, "Job {JobId} was taken over by another worker; its result here was dropped")]
        public static partial void LeaseLost(ILogger logger, Guid jobId);

        [LoggerMessage(LogLevel.Error, "Job {Kind} {JobId} failed with {Code}: {Trace}")]
        public static partial void ChildFailed(ILogger logger, string kind, Guid jobId, string code, string trace);

        [LoggerMessage(LogLevel.Error, "Job {JobId} was interrupted")]
        public static partial void Interrupted(ILogger logger, Exception failure, Guid jobId);

        [LoggerMessage(LogLevel.Warning, "The beat of job {JobId} did not reach the database")]
        public static partial void BeatFailed(ILogger logger, Exception failure, Guid jobId);

        [LoggerMessage(LogLevel.Error, "The queue could not be worked on; trying again")]
        public static partial void QueueFailed(ILogger logger, Exception failure);
    }
}
