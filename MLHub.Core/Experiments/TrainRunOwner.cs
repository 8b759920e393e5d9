using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Training;

namespace MLHub.Core.Experiments;

/// <summary>Plans training jobs and records what came out: the run's result, its evaluation, its final metrics.</summary>
internal sealed class TrainRunOwner(IBlobStore blobs, BlobSeal seal, IEnumerable<IRunFollower> followers, TrialFlow trials, TimeProvider time) : IJobOwner
{
    public string Kind => TrainingSpec.JobKind;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        var run = await RunOfAsync(db, job, cancellationToken);
        var training = run.RequireTraining();
        var columns = await db.Set<DatasetVersion>().Where(v => v.Id == training.Data.DatasetVersionId).Select(v => v.Columns).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.Conflict("The dataset version that this run should learn from is gone.", "DATASET_GONE");

        // An earlier attempt may have left half a curve.
        await RunMetricWriter.ForgetAsync(db, run.Id, cancellationToken);
        run.Start(time.GetUtcNow().UtcDateTime);

        var spec = new TrainingSpec(training.Configuration, [.. columns.Select(c => c.Schema)]);
        return new(
            JsonSerializer.SerializeToElement(spec, HubJson.Options),
            new Dictionary<string, BlobHash> { [TrainingSpec.RowsInput] = training.Data.ContentHash },
            TrainingSpec.Outputs);
    }

    public Task RecordMetricsAsync(HubDbContext db, Job job, IReadOnlyList<JobMetric> points, CancellationToken cancellationToken) =>
        RunMetricWriter.AddAsync(db, job.SubjectId, points, cancellationToken);

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var run = await RunOfAsync(db, job, cancellationToken);
        var result = outcome.Read<TrainingResult>();
        var now = time.GetUtcNow().UtcDateTime;
        var model = outcome.Output(TrainingSpec.ModelOutput);
        run.Finish(result, model, seal.Sign(model.Hash), outcome.Find(TrainingSpec.PredictionsOutput)?.Hash, now);

        await RunFactWriter.ReplaceParametersAsync(db, run.Id, result.Parameters, cancellationToken);
        await RunMetricWriter.SetFinalAsync(db, run.Id, result.Metrics, now, cancellationToken);
        await using var stream = await blobs.OpenAsync(outcome.Output(TrainingSpec.EvaluationOutput).Hash, cancellationToken);
        var report = await JsonSerializer.DeserializeAsync<EvaluationReport>(stream, HubJson.Options, cancellationToken)
            ?? throw new InvalidOperationException("The training job wrote no evaluation.");
        db.Add(RunEvaluation.Create(run.Id, report));
        foreach (var follower in followers)
        {
            await follower.FinishedAsync(db, run, cancellationToken);
        }

        await TouchExperimentAsync(db, run, now, cancellationToken);
    }

    public async Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        if (await db.Set<Run>().SingleOrDefaultAsync(r => r.Id == job.SubjectId, cancellationToken) is not { } run)
        {
            // Deleted with its workspace while the job waited.
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (failure.State == JobState.Failed && await db.Set<ParameterSearch>().SingleOrDefaultAsync(s => s.RunId == run.Id, cancellationToken) is { } search
            && await trials.TryNextBestAsync(db, run, search, cancellationToken))
        {
            return;
        }

        run.Abandon(failure.State == JobState.Cancelled, failure.Code, failure.Message, now);
        await TouchExperimentAsync(db, run, now, cancellationToken);
    }

    public IReadOnlyList<string> Topics(Job job) => [Topic.Run(job.SubjectId)];

    private static async Task<Run> RunOfAsync(HubDbContext db, Job job, CancellationToken cancellationToken) =>
        await db.Set<Run>().SingleOrDefaultAsync(r => r.Id == job.SubjectId, cancellationToken) ?? throw HubException.NotFound("run");

    private static async Task TouchExperimentAsync(HubDbContext db, Run run, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == run.ExperimentId, cancellationToken) is { } experiment)
        {
            experiment.Touch(now);
        }
    }
}
