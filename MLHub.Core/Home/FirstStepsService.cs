using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>How far a workspace has come on the way from a file to a prediction, and what its home page counts.</summary>
/// <param name="ReadyDatasetId">A dataset that can be looked at and trained on.</param>
/// <param name="HasLooked">Whether the actor opened a dataset.</param>
/// <param name="FinishedRunId">A run whose model can be kept.</param>
/// <param name="AreHidden">The actor put the steps away.</param>
public sealed record WorkspaceProgress(DatasetCounts Datasets, RunCounts Runs, int Models, Guid? ReadyDatasetId, bool HasLooked, Guid? FinishedRunId, bool AreHidden)
{
    public bool IsEmpty => Datasets.Datasets == 0 && Runs.Runs == 0 && Models == 0;

    public bool HasData => ReadyDatasetId is not null;

    public bool HasTrained => FinishedRunId is not null || Models > 0;

    /// <summary>There is a model: the way has been walked, nobody needs the steps any more.</summary>
    public bool IsComplete => Models > 0;
}

/// <summary>The first steps in a workspace.</summary>
public sealed class FirstStepsService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, DatasetService datasets, RunService runs, ModelService models, VisitService visits)
{
    public async Task<WorkspaceProgress> GetAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new(
            await datasets.CountsAsync(actor, workspaceId, cancellationToken),
            await runs.CountsAsync(actor, workspaceId, cancellationToken),
            await models.CountAsync(actor, workspaceId, cancellationToken),
            await db.Set<Dataset>().Where(d => d.WorkspaceId == workspaceId && d.DeletedAt == null && d.LatestVersion != null)
                .OrderByDescending(d => d.UpdatedAt).Select(d => (Guid?)d.Id).FirstOrDefaultAsync(cancellationToken),
            await visits.HasOpenedAsync(actor, workspaceId, VisitKind.Dataset, cancellationToken),
            await db.Set<Run>().Where(r => r.WorkspaceId == workspaceId && r.DeletedAt == null && r.State == RunState.Finished && r.Source == RunSource.Mlhub)
                .OrderByDescending(r => r.Id).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellationToken),
            await db.Set<HiddenSteps>().AnyAsync(h => h.UserId == actor.UserId && h.WorkspaceId == workspaceId, cancellationToken));
    }

    /// <summary>Puts the steps away for the actor, or shows them again.</summary>
    public async Task HideAsync(Actor actor, Guid workspaceId, bool areHidden, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var kept = db.Set<HiddenSteps>().Where(h => h.UserId == actor.UserId && h.WorkspaceId == workspaceId);
        if (!areHidden)
        {
            await kept.ExecuteDeleteAsync(cancellationToken);
        }
        else if (!await kept.AnyAsync(cancellationToken))
        {
            db.Add(HiddenSteps.Create(actor.UserId, workspaceId));
            await db.SaveChangesAsync(cancellationToken);
        }
    }
}
