using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>The best run of an experiment by its first metric.</summary>
/// <param name="Before">Best value before this run came; <c>null</c> when it was the first.</param>
/// <param name="BestSoFar">The best value after each finished run, in order of time; one value per run.</param>
/// <param name="Models">Where the run's model is kept.</param>
public sealed record BestResult(
    Guid ExperimentId, string ExperimentName, Guid RunId, string RunName, DateTime At, string Metric, double Value, double? Before, int Runs, IReadOnlyList<double?> BestSoFar,
    IReadOnlyList<BestResultModel> Models);

/// <param name="IsChampion">Whether the alias <c>champion</c> points to this version.</param>
public sealed record BestResultModel(Guid Id, string Name, int Version, bool IsChampion);

/// <summary>What each experiment reached.</summary>
public sealed class BestResultService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    private const string Champion = "champion";

    /// <summary>Results of the experiments in which a run finished last, the latest first; those without any number are left out.</summary>
    /// <param name="metricOf">The metric that a run is first judged by; asked for the newest finished run of each experiment.</param>
    public async Task<IReadOnlyList<BestResult>> ListAsync(Actor actor, Guid workspaceId, int count, Func<RunView, string?> metricOf, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ListAsync(db, Finished(db).Where(r => r.WorkspaceId == workspaceId), count, metricOf, cancellationToken);
    }

    /// <summary>What the actor's own runs reached, over all their workspaces; otherwise as <see cref="ListAsync(Actor, Guid, int, Func{RunView, string?}, CancellationToken)"/>.</summary>
    public async Task<IReadOnlyList<BestResult>> ListOwnAsync(Actor actor, int count, Func<RunView, string?> metricOf, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        return await ListAsync(db, Finished(db).Where(r => r.CreatedBy == actor.UserId && visible.Contains(r.WorkspaceId)), count, metricOf, cancellationToken);
    }

    private static IQueryable<Run> Finished(HubDbContext db) => db.Set<Run>().AsNoTracking().Where(r => r.DeletedAt == null && r.ArchivedAt == null && r.State == RunState.Finished
        // Trials were judged on other rows than runs; their search tells of the best.
        && (r.ParentRunId == null || r.Source != RunSource.Mlhub));

    private static async Task<IReadOnlyList<BestResult>> ListAsync(HubDbContext db, IQueryable<Run> finished, int count, Func<RunView, string?> metricOf, CancellationToken cancellationToken)
    {
        var newest = await finished.Where(r => db.Set<Experiment>().Any(e => e.Id == r.ExperimentId && e.DeletedAt == null))
            .GroupBy(r => r.ExperimentId).Select(g => new { ExperimentId = g.Key, At = g.Max(r => r.EndedAt) })
            .OrderByDescending(g => g.At).Take(count).ToListAsync(cancellationToken);

        var results = new List<BestResult>();
        foreach (var experiment in newest)
        {
            var runs = finished.Where(r => r.ExperimentId == experiment.ExperimentId);
            var last = await runs.OrderByDescending(r => r.EndedAt).ThenByDescending(r => r.Id).FirstAsync(cancellationToken);
            var view = (await RunViews.OfAsync(db, [last], null, cancellationToken))[0];
            if (metricOf(view) is { } metric
                && await BestAsync(db, runs, metric, cancellationToken) is { } best)
            {
                results.Add(new(
                    experiment.ExperimentId, view.ExperimentName, best.RunId, best.Name, best.At, metric, best.Value, best.Before, best.BestSoFar.Count, best.BestSoFar,
                    await ModelsAsync(db, best.RunId, cancellationToken)));
            }
        }

        return results;
    }

    private static async Task<Found?> BestAsync(HubDbContext db, IQueryable<Run> runs, string metric, CancellationToken cancellationToken)
    {
        var values = await (
            from run in runs
            join value in db.Set<RunMetric>() on run.Id equals value.RunId
            where value.Key == metric && value.Last != null
            orderby run.EndedAt, run.Id
            select new { run.Id, Value = value.Last!.Value, run.EndedAt }).ToListAsync(cancellationToken);
        var isHigherBetter = MetricDirection.IsHigherBetter(metric);
        var line = new List<double?>(values.Count);
        (int At, double? Before)? best = null;
        for (var i = 0; i < values.Count; i++)
        {
            // Infinity is what a metric says that broke, not a record.
            if (double.IsFinite(values[i].Value) && (best is not { } known || (isHigherBetter ? values[i].Value > values[known.At].Value : values[i].Value < values[known.At].Value)))
            {
                best = (i, best is { } before ? values[before.At].Value : null);
            }

            line.Add(best is { } now ? values[now.At].Value : null);
        }

        if (best is not { } found)
        {
            return null;
        }

        var winner = values[found.At];
        var name = await db.Set<Run>().Where(r => r.Id == winner.Id).Select(r => r.Name).SingleAsync(cancellationToken);
        return new(winner.Id, name, winner.EndedAt ?? default, winner.Value, found.Before, line);
    }

    private static async Task<IReadOnlyList<BestResultModel>> ModelsAsync(HubDbContext db, Guid runId, CancellationToken cancellationToken) => await (
        from version in db.Set<ModelVersion>()
        join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
        where version.RunId == runId && model.DeletedAt == null
        orderby model.Name
        select new BestResultModel(
            model.Id, model.Name, version.Number, db.Set<ModelAlias>().Any(a => a.ModelId == model.Id && a.Alias == Champion && a.Version == version.Number))).ToListAsync(cancellationToken);

    private sealed record Found(Guid RunId, string Name, DateTime At, double Value, double? Before, List<double?> BestSoFar);
}
