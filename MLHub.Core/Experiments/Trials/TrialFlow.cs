using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Core.Experiments.Trials;

/// <summary>
/// Takes a search one step further, inside of the transaction that ended the step before and under the lock of its run: the next trial is
/// queued exactly when the last one was recorded. Each is a job at the end of the queue, so other people's jobs come in between.
/// </summary>
internal sealed class TrialFlow(AlgorithmCatalog catalog, JobQueue queue, TimeProvider time)
{
    /// <summary>Adds the next trial, or the training of the winner, or ends the run. The caller saves.</summary>
    public async Task ContinueAsync(HubDbContext db, Run run, ParameterSearch search, CancellationToken cancellationToken)
    {
        if (run.IsOver || run.DeletedAt is not null || search.EndedAt is not null)
        {
            return;
        }

        var trials = await db.Set<Trial>().Where(t => t.SearchRunId == run.Id).OrderBy(t => t.Number).ToListAsync(cancellationToken);
        var plan = search.FinishRequested && search.Done > 0
            ? TrialPlan.End("Finished early, at somebody's wish.")
            : TrialPlanner.Next(search.Configuration, Algorithms(search.Configuration), trials.ConvertAll(t => t.Outcome), search.SpentSeconds);
        if (plan.Algorithm is null)
        {
            await ChooseAsync(db, run, search, trials, plan.Reason, cancellationToken);
        }
        else
        {
            AddTrial(db, run, search, plan);
        }
    }

    /// <summary>The winner could not be trained: takes the next best, if there is one.</summary>
    /// <returns>Whether the run goes on.</returns>
    public async Task<bool> TryNextBestAsync(HubDbContext db, Run run, ParameterSearch search, CancellationToken cancellationToken)
    {
        var trials = await db.Set<Trial>().Where(t => t.SearchRunId == run.Id).ToListAsync(cancellationToken);
        trials.Find(t => t.RunId == search.BestTrialId)?.Reject();
        if (Best(search, trials) is null)
        {
            return false;
        }

        await ChooseAsync(db, run, search, trials, search.EndReason ?? "", cancellationToken);
        return true;
    }

    private void AddTrial(HubDbContext db, Run run, ParameterSearch search, TrialPlan plan)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var number = search.Begin();
        var configuration = search.Configuration.Base with { Algorithm = plan.Algorithm!, Parameters = plan.Parameters, MaxSeconds = plan.Seconds };
        var trial = Run.CreateTrial(run, number, configuration, now);
        var job = queue.Add(db, TrialSpec.JobKind, run.WorkspaceId, run.CreatedBy, run.Id);
        trial.AssignJob(job.Id);
        run.AssignJob(job.Id);
        db.Add(trial);
        db.Add(Trial.Create(trial.Id, run.Id, number, plan));
        db.AddRange(plan.Parameters.Select(p => RunParameter.Create(trial.Id, p.Key, p.Value)));
    }

    private async Task ChooseAsync(HubDbContext db, Run run, ParameterSearch search, List<Trial> trials, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var best = Best(search, trials);
        search.End(reason, best?.RunId, now);
        if (best is null)
        {
            // As entities: what this transaction has changed is not in the tables yet.
            var first = await db.Set<Run>().Where(r => r.ParentRunId == run.Id).OrderBy(r => r.Id).Take(10).ToListAsync(cancellationToken);
            var said = first.Find(r => r.Error is not null)?.Error;
            run.Abandon(isCancelled: false, "NO_TRIAL_SUCCEEDED", $"No trial came to a result. {reason}{(said is null ? "" : $" The first one said: {said}")}", now);
            return;
        }

        // The limit was there for the search's sake; but what was judged with it may not take much longer when it is trained once more.
        var wasCut = (await db.Set<Run>().SingleOrDefaultAsync(r => r.Id == best.RunId, cancellationToken))?.DurationSeconds >= best.LimitSeconds;
        run.Choose(search.Configuration.Base with { Algorithm = best.Algorithm, Parameters = best.Parameters, MaxSeconds = wasCut ? best.LimitSeconds : null });
        var job = queue.Add(db, TrainingSpec.JobKind, run.WorkspaceId, run.CreatedBy, run.Id);
        run.AssignJob(job.Id);
        await RunFactWriter.ReplaceParametersAsync(db, run.Id, best.Parameters, cancellationToken);
    }

    private static Trial? Best(ParameterSearch search, List<Trial> trials)
    {
        var best = TrialPlanner.Best(trials.Where(t => !t.IsRejected).Select(t => t.Outcome), SearchMetrics.IsHigherBetter(search.Configuration.Metric));
        return trials.Find(t => t.Number == best?.Number);
    }

    private List<AlgorithmDescriptor> Algorithms(SearchConfiguration search) =>
        [.. search.Algorithms.Append(TrialPlanner.Baseline).Distinct().Select(name => catalog.TryFind(name, out var found) ? found : null).OfType<AlgorithmDescriptor>()];
}
