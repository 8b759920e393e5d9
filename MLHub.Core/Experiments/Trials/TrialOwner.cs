using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Core.Experiments.Trials;

/// <summary>Plans trials and records what they are worth. The subject of the job is the run that searches; the trial's own run names the job.</summary>
internal sealed class TrialOwner(TrialFlow flow, TimeProvider time) : IJobOwner
{
    /// <summary>For reading and preparing, which do not look at the clock; whoever needs more than that is stopped.</summary>
    private const double HardFactor = 1.25;
    private const int HardSeconds = 60;

    public string Kind => TrialSpec.JobKind;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        // Somebody may be stopping the search at this moment.
        await using var transaction = await RunLock.BeginAsync(db, job.SubjectId, cancellationToken);
        var (run, search, trialRun, trial) = await FindAsync(db, job, cancellationToken) ?? throw HubException.NotFound("run");
        if (run.IsOver || run.DeletedAt is not null)
        {
            throw HubException.Conflict("The search was stopped.", "SEARCH_OVER");
        }

        var training = trialRun.RequireTraining();
        var columns = await db.Set<DatasetVersion>().Where(v => v.Id == training.Data.DatasetVersionId).Select(v => v.Columns).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.Conflict("The dataset version that this search should learn from is gone.", "DATASET_GONE");
        await RunMetricWriter.ForgetAsync(db, trialRun.Id, cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        run.Start(now);
        trialRun.Start(now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(
            JsonSerializer.SerializeToElement(new TrialSpec(training.Configuration, [.. columns.Select(c => c.Schema)], search.Configuration.Metric), HubJson.Options),
            new Dictionary<string, BlobHash> { [TrainingSpec.RowsInput] = training.Data.ContentHash },
            [])
        {
            TimeLimit = HardLimit(trial),
        };
    }

    public async Task RecordMetricsAsync(HubDbContext db, Job job, IReadOnlyList<JobMetric> points, CancellationToken cancellationToken) =>
        await RunMetricWriter.AddAsync(db, await db.Set<Run>().Where(r => r.JobId == job.Id && r.ParentRunId == job.SubjectId).Select(r => r.Id).SingleAsync(cancellationToken), points, cancellationToken);

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var result = outcome.Read<TrialResult>();
        await RunLock.TakeAsync(db, job.SubjectId, cancellationToken);
        var (run, search, trialRun, trial) = await FindAsync(db, job, cancellationToken) ?? throw HubException.NotFound("run");
        var now = time.GetUtcNow().UtcDateTime;
        trialRun.FinishTrial(now);
        trial.Finish(result.Score, result.ScoreDeviation);
        await RunFactWriter.ReplaceParametersAsync(db, trialRun.Id, result.Parameters, cancellationToken);
        await RunMetricWriter.SetFinalAsync(db, trialRun.Id, result.Metrics, now, cancellationToken);
        search.Count(Spent(trialRun, trial));
        await flow.ContinueAsync(db, run, search, cancellationToken);
    }

    public async Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        await RunLock.TakeAsync(db, job.SubjectId, cancellationToken);
        if (await FindAsync(db, job, cancellationToken) is not var (run, search, trialRun, trial))
        {
            // Deleted with its workspace while the job waited.
            return;
        }

        var isCancelled = failure.State == JobState.Cancelled || failure.Code == "SEARCH_OVER";
        trialRun.Abandon(
            isCancelled, failure.Code,
            failure.Code == "TIME_LIMIT" ? $"It was stopped: it would have taken much longer than the {trial.LimitSeconds} seconds that it was given, and it has no model before its end." : failure.Message,
            time.GetUtcNow().UtcDateTime);
        if (!isCancelled)
        {
            trial.Fail();
        }

        search.Count(Spent(trialRun, trial));
        await flow.ContinueAsync(db, run, search, cancellationToken);
    }

    /// <summary>Trials have no listeners of their own: their pages follow the search.</summary>
    public IReadOnlyList<string> Topics(Job job) => [Topic.Run(job.SubjectId)];

    private static TimeSpan HardLimit(Trial trial) => TimeSpan.FromSeconds((trial.LimitSeconds * HardFactor) + HardSeconds);

    /// <summary>A trial that was taken up again after a crash is not charged for the time in which nobody worked.</summary>
    private static double Spent(Run trialRun, Trial trial) => Math.Min(trialRun.DurationSeconds ?? 0, HardLimit(trial).TotalSeconds);

    private static async Task<(Run Run, ParameterSearch Search, Run TrialRun, Trial Trial)?> FindAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        var run = await db.Set<Run>().SingleOrDefaultAsync(r => r.Id == job.SubjectId, cancellationToken);
        var search = await db.Set<ParameterSearch>().SingleOrDefaultAsync(s => s.RunId == job.SubjectId, cancellationToken);
        var trialRun = await db.Set<Run>().SingleOrDefaultAsync(r => r.JobId == job.Id && r.ParentRunId == job.SubjectId, cancellationToken);
        var trial = trialRun is null ? null : await db.Set<Trial>().SingleOrDefaultAsync(t => t.RunId == trialRun.Id, cancellationToken);
        return run is null || search is null || trialRun is null || trial is null ? null : (run, search, trialRun, trial);
    }
}
