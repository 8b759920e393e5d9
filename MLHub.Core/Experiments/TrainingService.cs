using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Starts runs. Everything that can be known before the rows are read is checked here, so that nobody waits in a queue for a typo.</summary>
public sealed class TrainingService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, AlgorithmCatalog catalog, SearchService searches, JobQueue queue, TimeProvider time, News news)
{
    /// <returns>Ids of the run and of the job that computes it.</returns>
    public async Task<TrainingStarted> StartAsync(Actor actor, Guid experimentId, TrainingRequest request, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiment = await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == experimentId && e.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("experiment");
        await access.RequireAsync(actor, experiment.WorkspaceId, WorkspaceRole.Editor, "experiment", cancellationToken);
        var (dataset, version) = await TrainingRowsOf.ReadyAsync(db, access, actor, request.DatasetId, request.DatasetVersion, cancellationToken);
        var columns = version.Columns.Select(c => c.Schema).ToList();
        TrainingConfigurationCheck.Require(catalog, columns, request.Configuration);
        if (request.Configuration.Steps is { Count: > 0 } steps)
        {
            var learned = request.Configuration.LearnedFrom(columns).ToHashSet();
            ModelRecipe.Require(steps, columns.FindAll(c => learned.Contains(c.Name)));
        }

        return await QueueAsync(db, actor, experiment, request.Name, request.RegisterAs, request.Configuration, new(dataset.Id, version.Id, version.Number, version.ContentHash!.Value), cancellationToken);
    }

    /// <summary>The same configuration on the same rows again, as a new run; a search searches again.</summary>
    public async Task<TrainingStarted> RerunAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Editor, "run", cancellationToken);
        if (await searches.RerunAsync(actor, runId, cancellationToken) is { } again)
        {
            return again;
        }

        var training = run.RequireTraining();
        var experiment = await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == run.ExperimentId && e.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("experiment");

        // What a trial was given of its search's time means nothing to a run of its own.
        var configuration = run.ParentRunId is null ? training.Configuration : training.Configuration with { MaxSeconds = null };
        return await QueueAsync(db, actor, experiment, null, null, configuration, training.Data, cancellationToken);
    }

    private async Task<TrainingStarted> QueueAsync(HubDbContext db, Actor actor, Experiment experiment, string? name, string? registerAs, TrainingConfiguration configuration, RunData data, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var run = Run.Create(experiment, name, configuration, data, registerAs, actor.UserId, now);
        var job = queue.Add(db, TrainingSpec.JobKind, experiment.WorkspaceId, actor.UserId, run.Id);
        run.AssignJob(job.Id);
        db.Add(run);
        db.AddRange(configuration.Parameters.Select(p => RunParameter.Create(run.Id, p.Key, p.Value)));
        experiment.Touch(now);
        db.Audit(actor, experiment.WorkspaceId, "run.start", run.Id, $"{run.Name}: {configuration.Algorithm} on version {data.Version}", now);
        await db.SaveChangesAsync(cancellationToken);
        queue.Wake();
        news.Publish(Topic.Workspace(experiment.WorkspaceId));
        return new(run.Id, job.Id);
    }
}

/// <param name="Name">Of the run; <c>null</c> makes one up.</param>
/// <param name="RegisterAs">Name of the model that the result becomes a version of; made when it does not exist.</param>
/// <param name="DatasetVersion"><c>null</c> takes the newest that is ready; the run is pinned to it.</param>
public sealed record TrainingRequest(string? Name, Guid DatasetId, int? DatasetVersion, TrainingConfiguration Configuration, string? RegisterAs = null);

public sealed record TrainingStarted(Guid RunId, Guid JobId);
