using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments.Trials;

/// <summary>Searches for good settings: starting, looking, stopping. What happens in between is <see cref="TrialFlow"/>'s.</summary>
public sealed class SearchService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, AlgorithmCatalog catalog, JobQueue queue, JobService jobs, TimeProvider time, News news)
{
    /// <summary>Estimates look at so many earlier runs.</summary>
    private const int Examples = 20;

    /// <returns>Ids of the run and of the job that computes its first trial.</returns>
    public async Task<TrainingStarted> StartAsync(Actor actor, Guid experimentId, SearchRequest request, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var experiment = await ExperimentAsync(db, actor, experimentId, cancellationToken);
        var (dataset, version) = await TrainingRowsOf.ReadyAsync(db, access, actor, request.DatasetId, request.DatasetVersion, cancellationToken);
        var columns = version.Columns.Select(c => c.Schema).ToList();
        var search = request.ToConfiguration(catalog);
        SearchCheck.Require(catalog, columns, search);
        if (search.Base.Steps is { Count: > 0 } steps)
        {
            var learned = search.Base.LearnedFrom(columns).ToHashSet();
            ModelRecipe.Require(steps, columns.FindAll(c => learned.Contains(c.Name)));
        }

        return await QueueAsync(db, actor, experiment, request.Name, request.RegisterAs, search, new(dataset.Id, version.Id, version.Number, version.ContentHash!.Value), cancellationToken);
    }

    /// <summary>The same search on the same rows again; <c>null</c> when the run was no search. Whoever calls has asked for the rights.</summary>
    internal async Task<TrainingStarted?> RerunAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<ParameterSearch>().AsNoTracking().SingleOrDefaultAsync(s => s.RunId == runId, cancellationToken) is not { } search)
        {
            return null;
        }

        var run = await db.Set<Run>().AsNoTracking().SingleAsync(r => r.Id == runId, cancellationToken);
        var experiment = await ExperimentAsync(db, actor, run.ExperimentId, cancellationToken);
        return await QueueAsync(db, actor, experiment, null, null, search.Configuration, run.RequireTraining().Data, cancellationToken);
    }

    /// <summary>The search of a run with its leaderboard; <c>null</c> when the run is none.</summary>
    public async Task<SearchView?> FindAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null, cancellationToken) ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Reader, "run", cancellationToken);
        if (await db.Set<ParameterSearch>().AsNoTracking().SingleOrDefaultAsync(s => s.RunId == runId, cancellationToken) is not { } search)
        {
            return null;
        }

        var rows = await (from trial in db.Set<Trial>().AsNoTracking()
                          join child in db.Set<Run>().AsNoTracking() on trial.RunId equals child.Id
                          where trial.SearchRunId == runId
                          orderby trial.Number
                          select new { trial, child.Name, child.State, child.DurationSeconds, child.StartedAt, child.EndedAt, child.Error }).ToListAsync(cancellationToken);
        var higher = SearchMetrics.IsHigherBetter(search.Configuration.Metric);
        var ranks = rows.Select(r => r.trial).Where(t => t.Score is not null).OrderByDescending(t => higher ? t.Score : -t.Score).ThenBy(t => t.Number)
            .Select((t, i) => (t.RunId, Rank: i + 1)).ToDictionary(t => t.RunId, t => t.Rank);
        return new(
            SearchSummary.Of(search), search.Configuration,
            [
                .. rows.Select(r => new TrialView(
                    r.trial.RunId, r.trial.Number, r.Name, r.trial.Algorithm, r.trial.Parameters, r.trial.Reason, r.State, r.trial.Score, r.trial.ScoreDeviation,
                    ranks.TryGetValue(r.trial.RunId, out var rank) ? rank : null, r.DurationSeconds, r.StartedAt, r.EndedAt, r.Error)),
            ]);
    }

    /// <summary>What one trial of each algorithm may take on this version, from earlier runs on it; those never trained are missing.</summary>
    public async Task<IReadOnlyDictionary<string, double>> SecondsAsync(Actor actor, Guid workspaceId, Guid datasetId, int version, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await db.Set<Run>()
            .Where(r => r.WorkspaceId == workspaceId && r.DatasetId == datasetId && r.DatasetVersion == version && r.State == RunState.Finished && r.Source == RunSource.Mlhub && r.DurationSeconds != null
                && !db.Set<ParameterSearch>().Any(s => s.RunId == r.Id))
            .OrderByDescending(r => r.Id).Take(Examples * 10).Select(r => new { r.Algorithm, r.DurationSeconds }).ToListAsync(cancellationToken);
        return known.GroupBy(r => r.Algorithm!).ToDictionary(g => g.Key, g => g.Take(Examples).Average(r => r.DurationSeconds!.Value));
    }

    /// <summary>Stops a search; as long as it has trials to come. Editors stop their own, managers any.</summary>
    /// <returns>False when the run is no search, or only the training of its winner is left.</returns>
    internal async Task<bool> TryCancelAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        Guid? job;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
            if (await OpenAsync(db, actor, runId, cancellationToken) is not var (run, search))
            {
                return false;
            }

            var now = Now;
            search.End($"Cancelled by {actor.Name}.", null, now);
            run.Abandon(isCancelled: true, null, "Cancelled.", now);
            db.Audit(actor, run.WorkspaceId, "search.cancel", run.Id, run.Name, now);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            news.Publish(Topic.Run(runId), Topic.Workspace(run.WorkspaceId));
            job = run.JobId;
        }

        // Should this not happen any more, the trial ends by itself and nothing follows it.
        if (job is { } last)
        {
            await jobs.CancelAsync(actor, last, cancellationToken);
        }

        return true;
    }

    /// <summary>Ends a search with the best that it has found. When nothing is finished yet, the trial that runs keeps what it has.</summary>
    /// <returns>False when the run is no search, or only the training of its winner is left.</returns>
    internal async Task<bool> TryFinishAsync(Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        Guid? job;
        bool hasScore;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
            if (await OpenAsync(db, actor, runId, cancellationToken) is not var (run, search))
            {
                return false;
            }

            search.RequestFinish();
            db.Audit(actor, run.WorkspaceId, "search.finish", run.Id, run.Name, Now);
            hasScore = await db.Set<Trial>().AnyAsync(t => t.SearchRunId == runId && t.Score != null, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            news.Publish(Topic.Run(runId), Topic.Workspace(run.WorkspaceId));
            job = run.JobId;
        }

        if (job is { } current)
        {
            if (hasScore)
            {
                await jobs.CancelAsync(actor, current, cancellationToken);
            }
            else if ((await jobs.GetAsync(actor, current, cancellationToken)).State == JobState.Running)
            {
                await queue.RequestFinishAsync(current, cancellationToken);
            }
        }

        return true;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A search that the actor may stop and that has trials to come.</summary>
    private async Task<(Run Run, ParameterSearch Search)?> OpenAsync(HubDbContext db, Actor actor, Guid runId, CancellationToken cancellationToken)
    {
        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
        var role = await access.RequireAsync(actor, run.WorkspaceId, WorkspaceRole.Editor, "run", cancellationToken);
        if (await db.Set<ParameterSearch>().SingleOrDefaultAsync(s => s.RunId == runId && s.EndedAt == null, cancellationToken) is not { } search || run.IsOver)
        {
            return null;
        }

        return run.CreatedBy == actor.UserId || role >= WorkspaceRole.Manager
            ? (run, search)
            : throw new HubException(Refusal.Forbidden, "Somebody else started this. Ask them, or a manager of the workspace.");
    }

    private async Task<Experiment> ExperimentAsync(HubDbContext db, Actor actor, Guid experimentId, CancellationToken cancellationToken)
    {
        var experiment = await db.Set<Experiment>().SingleOrDefaultAsync(e => e.Id == experimentId && e.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("experiment");
        await access.RequireAsync(actor, experiment.WorkspaceId, WorkspaceRole.Editor, "experiment", cancellationToken);
        return experiment;
    }

    private async Task<TrainingStarted> QueueAsync(
        HubDbContext db, Actor actor, Experiment experiment, string? name, string? registerAs, SearchConfiguration configuration, RunData data, CancellationToken cancellationToken)
    {
        var now = Now;
        var run = Run.Create(experiment, name, configuration.Base, data, registerAs, actor.UserId, now);
        var search = ParameterSearch.Create(run.Id, configuration);
        db.Add(run);
        db.Add(search);
        // The first step is taken as all others are.
        await new TrialFlow(catalog, queue, time).ContinueAsync(db, run, search, cancellationToken);
        experiment.Touch(now);
        db.Audit(actor, experiment.WorkspaceId, "search.start", run.Id, $"{run.Name}: {configuration.Base.Algorithm} on version {data.Version}", now);
        await db.SaveChangesAsync(cancellationToken);
        queue.Wake();
        news.Publish(Topic.Workspace(experiment.WorkspaceId));
        return new(run.Id, run.JobId!.Value);
    }
}

/// <param name="Kind"><c>null</c>: automatic without a search space, a grid when it holds only lists, else at random.</param>
/// <param name="Training">What all trials have in common; its algorithm and its time budget do not matter, its parameters are set in every trial that has them.</param>
/// <param name="Algorithms"><c>null</c> or empty takes all that answer the question and work here.</param>
/// <param name="Metric"><c>null</c> takes the usual one of the task.</param>
public sealed record SearchRequest(
    string? Name,
    Guid DatasetId,
    int? DatasetVersion,
    SearchKind? Kind,
    TrainingConfiguration Training,
    IReadOnlyList<string>? Algorithms = null,
    IReadOnlyDictionary<string, SearchRange>? Space = null,
    string? Metric = null,
    int? MaxTrials = null,
    int? MaxSeconds = null,
    string? RegisterAs = null)
{
    /// <summary>Everything that was left open is filled in, so that the run says later what was searched.</summary>
    public SearchConfiguration ToConfiguration(AlgorithmCatalog catalog)
    {
        var space = new Dictionary<string, SearchRange>(Space ?? new Dictionary<string, SearchRange>());
        var kind = Kind ?? (space.Count == 0 ? SearchKind.Auto : space.Values.All(r => r.Values is not null) ? SearchKind.Grid : SearchKind.Random);
        foreach (var (name, value) in Training.Parameters.Where(p => p.Value.ValueKind != JsonValueKind.Null))
        {
            space.TryAdd(name, SearchRange.Of(value));
        }

        return new()
        {
            Kind = kind,
            Base = Training with { Algorithm = SearchConfiguration.AlgorithmWord(kind), Parameters = new Dictionary<string, JsonElement>(), MaxSeconds = null },
            Algorithms = Algorithms is { Count: > 0 } named
                ? named
                : [.. catalog.For(Training.Task).Where(a => a.Available && a.Name != TrialPlanner.Baseline).Select(a => a.Name)],
            Space = space,
            Metric = Metric ?? SearchMetrics.Of(Training.Task).FirstOrDefault() ?? "",
            MaxTrials = MaxTrials ?? SearchConfiguration.DefaultTrials,
            MaxSeconds = MaxSeconds ?? SearchConfiguration.DefaultSeconds,
        };
    }
}
