using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Training.Workers;

/// <summary>
/// A worker: takes jobs from its source, has each computed in a child process, keeps the lease, passes on what the child reports, and
/// brings files and result. The same whether the source is the database beside it or a server far away.
/// </summary>
internal sealed partial class JobWorker(
    IJobSource source,
    IJobExecutor executor,
    IOptions<JobOptions> options,
    IOptions<HubOptions> hub,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<JobWorker> logger) : BackgroundService
{
    /// <summary>Lines and points in one report; a talkative child needs several.</summary>
    private const int MaxReport = 2000;

    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietBeat = TimeSpan.FromSeconds(1);

    private string WorkRoot => hub.Value.PathOf("work");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Slots == 0)
        {
            await TidyAsync(stoppingToken);
            return;
        }

        WorkFolder.RemoveAbandoned(WorkRoot);
        if (await OpenAsync(stoppingToken))
        {
            await Task.WhenAll(Enumerable.Range(0, options.Value.Slots).Select(_ => WorkAsync(stoppingToken)));
        }
    }

    /// <summary>Tries until the other side is there.</summary>
    /// <returns>False when this process is to end.</returns>
    private async Task<bool> OpenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await source.OpenAsync(stopping);
                return true;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (HubException refused) when (refused.Refusal == Refusal.Unauthenticated)
            {
                Dismiss(refused);
                return false;
            }
            catch (Exception failure)
            {
                Log.QueueFailed(logger, failure.Message);
                await PauseAsync(IdleLook, stopping);
            }
        }

        return false;
    }

    private async Task TidyAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await source.TidyAsync(stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                Log.QueueFailed(logger, failure.Message);
            }

            await PauseAsync(TidyEvery, stopping);
        }
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await source.TakeAsync(stopping) is { } job)
                {
                    await RunAsync(job, stopping);
                }
                else
                {
                    await source.WaitForWorkAsync(IdleLook, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (HubException refused) when (refused.Refusal == Refusal.Unauthenticated)
            {
                Dismiss(refused);
                return;
            }
            catch (Exception failure)
            {
                // The database, the store or the server may be away; the queue must outlive it.
                Log.QueueFailed(logger, failure.Message);
                await PauseAsync(IdleLook, stopping);
            }
        }
    }

    private async Task RunAsync(JobAssignment job, CancellationToken stopping)
    {
        Log.Started(logger, job.Kind, job.Id, job.Attempt);
        try
        {
            using var folder = WorkFolder.Create(WorkRoot, job);
            var end = await ComputeAsync(job, folder, stopping);
            if (end.Failure?.Trace is { } trace)
            {
                Log.ChildFailed(logger, job.Kind, job.Id, end.Failure.Code, trace);
            }

            if (end.Result is { } result)
            {
                await InsistAsync(job, () => source.CompleteAsync(job, result, stopping), stopping);
                Log.Succeeded(logger, job.Kind, job.Id);
            }
            else
            {
                await AbandonAsync(job, end.Failure is { } f ? new(JobState.Failed, f.Code, f.Message) : new(JobState.Cancelled, null, "Cancelled."), stopping);
            }
        }
        catch (HubException lost) when (lost.Code == JobLease.Lost)
        {
            Log.LeaseLost(logger, job.Id);
        }
        catch (HubException refused) when (refused.Refusal is not (Refusal.Unauthenticated or Refusal.TooMany or Refusal.Unavailable))
        {
            await AbandonAsync(job, new(JobState.Failed, refused.Code, refused.Message), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await source.ReleaseAsync(job, countsAsAttempt: false, CancellationToken.None);
            Log.Released(logger, job.Id);
        }
        catch (Exception failure) when (failure is not HubException { Refusal: Refusal.Unauthenticated })
        {
            Log.Interrupted(logger, failure, job.Id);
            if (job.Attempt < job.MaxAttempts)
            {
                await PauseAsync(IdleLook, stopping);
                await source.ReleaseAsync(job, countsAsAttempt: true, CancellationToken.None);
            }
            else
            {
                await AbandonAsync(job, new(JobState.Failed, "INTERNAL", "MLHub could not record the result. The server's log has the details."), stopping);
            }
        }
    }

    private async Task<ExecutionEnd> ComputeAsync(JobAssignment job, WorkFolder folder, CancellationToken stopping)
    {
        using var finish = new CancellationTokenSource();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reports = new ConcurrentQueue<ChildMessage>();
        var computing = ExecuteAsync(job, folder, reports, finish.Token, cancel.Token);
        try
        {
            await AccompanyAsync(job, reports, computing, finish, cancel);
        }
        catch
        {
            // Without its companion the child's result could not be recorded: stop it before the failure goes up.
            await cancel.CancelAsync();
            await computing.ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }

        var end = await computing;
        stopping.ThrowIfCancellationRequested();
        return end;
    }

    /// <summary>Lays out the inputs, computes, and stores the outputs.</summary>
    private async Task<ExecutionEnd> ExecuteAsync(JobAssignment job, WorkFolder folder, ConcurrentQueue<ChildMessage> reports, CancellationToken finish, CancellationToken cancel)
    {
        var inputs = new Dictionary<string, BlobFile>();
        try
        {
            foreach (var name in job.Inputs.Keys)
            {
                await InsistAsync(job, async () => inputs[name] = await source.FetchAsync(job, name, cancel), cancel);
            }

            var task = new JobTask(
                job.Kind, job.Spec, inputs.ToDictionary(i => i.Key, i => i.Value.Path), folder.Output, folder.Scratch,
                options.Value.ResolvedThreads, options.Value.MemoryMegabytes * 1024L * 1024L);
            var limit = job.TimeLimitSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromMinutes(options.Value.TimeLimitMinutes);
            var end = await executor.ExecuteAsync(task, folder.Path, limit, reports.Enqueue, finish, cancel);
            foreach (var name in end.Result is null ? [] : job.Outputs.Where(name => File.Exists(task.OutputPath(name))))
            {
                await InsistAsync(job, () => source.StoreAsync(job, name, task.OutputPath(name), cancel), cancel);
            }

            return end;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new(null, null);
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    /// <summary>While it is computed: passes on what the child reported, keeps the lease, brings the child the user's orders.</summary>
    private async Task AccompanyAsync(
        JobAssignment job, ConcurrentQueue<ChildMessage> reports, Task computing, CancellationTokenSource finish, CancellationTokenSource cancel)
    {
        var progress = new ChildProgress(0, "starting", null);
        var lastBeat = time.GetTimestamp();
        var lines = new List<JobReportLine>();
        var points = new List<JobReportPoint>();
        for (var number = 1L; ;)
        {
            var isLast = computing.IsCompleted;
            if (!isLast)
            {
                await Task.WhenAny(computing, Task.Delay(source.Pulse, time, CancellationToken.None));
            }

            var hasNews = lines.Count + points.Count > 0;
            while (lines.Count + points.Count < MaxReport && reports.TryDequeue(out var report))
            {
                hasNews = true;
                progress = report.Progress ?? progress;
                if (report.Log is { } line)
                {
                    lines.Add(new(line.Level, line.Text));
                }

                if (report.Point is { } point)
                {
                    points.Add(new(point.Key, point.Step, point.Value));
                }
            }

            if (hasNews || time.GetElapsedTime(lastBeat) >= QuietBeat)
            {
                JobOrders orders;
                try
                {
                    orders = await source.BeatAsync(job, new(number, progress.Value, progress.Stage, progress.Message, lines, points), CancellationToken.None);
                }
                catch (Exception away) when (source.IsAway(away) && time.GetElapsedTime(lastBeat).TotalSeconds < job.LeaseSeconds * 2)
                {
                    // It may come back within the lease; what was reported is kept for the next beat.
                    Log.BeatFailed(logger, job.Id, away.Message);
                    await Task.Delay(QuietBeat, time, CancellationToken.None);
                    continue;
                }

                number++;
                lastBeat = time.GetTimestamp();
                lines.Clear();
                points.Clear();
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
                return;
            }
        }
    }

    private async Task AbandonAsync(JobAssignment job, JobFailure failure, CancellationToken stopping)
    {
        await InsistAsync(job, () => source.AbandonAsync(job, failure, stopping), stopping);
        Log.Ended(logger, job.Kind, job.Id, failure.State, failure.Code);
    }

    /// <summary>Does it again while the other side is away, for as long as the lease could still be ours.</summary>
    private async Task InsistAsync(JobAssignment job, Func<Task> action, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception away) when (source.IsAway(away) && !cancellationToken.IsCancellationRequested && time.GetElapsedTime(started).TotalSeconds < job.LeaseSeconds * 2)
            {
                Log.BeatFailed(logger, job.Id, away.Message);
                await Task.Delay(QuietBeat, time, cancellationToken);
            }
        }
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken stopping) => Task.Delay(pause, time, stopping).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>A worker whose token was revoked has nothing to do any more.</summary>
    private void Dismiss(HubException refused)
    {
        Log.Dismissed(logger, refused.Message);
        Environment.ExitCode = 1;
        host.StopApplication();
    }

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

        [LoggerMessage(LogLevel.Warning, "Job {JobId} is not held here any more: it is over or another worker has it; what was computed here is dropped")]
        public static partial void LeaseLost(ILogger logger, Guid jobId);

        [LoggerMessage(LogLevel.Error, "Job {Kind} {JobId} failed with {Code}: {Trace}")]
        public static partial void ChildFailed(ILogger logger, string kind, Guid jobId, string code, string trace);

        [LoggerMessage(LogLevel.Error, "Job {JobId} was interrupted")]
        public static partial void Interrupted(ILogger logger, Exception failure, Guid jobId);

        [LoggerMessage(LogLevel.Warning, "What was to be told of job {JobId} did not arrive; trying again: {Reason}")]
        public static partial void BeatFailed(ILogger logger, Guid jobId, string reason);

        [LoggerMessage(LogLevel.Error, "The queue could not be worked on; trying again: {Reason}")]
        public static partial void QueueFailed(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Critical, "This worker was turned away and ends: {Reason}")]
        public static partial void Dismissed(ILogger logger, string reason);
    }
}
