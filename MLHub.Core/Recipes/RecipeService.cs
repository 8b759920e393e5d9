using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Recipes;

/// <summary>Makes versions by recipes: the rows of a version go through the steps in a job and become the next version of the dataset.</summary>
public sealed class RecipeService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, JobQueue queue, TimeProvider time, News news)
{
    private const int Attempts = 5;

    /// <exception cref="HubException">Not found, forbidden, <c>VERSION_NOT_READY</c>, <c>NO_STEPS</c>, <c>UNKNOWN_STEP</c>, or what the first step is told wrongly.</exception>
    public async Task<PrepareStarted> PrepareAsync(Actor actor, Guid datasetId, int version, IReadOnlyList<RecipeStep> steps, string? message, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryPrepareAsync(actor, datasetId, version, steps, message, cancellationToken);
            }
            catch (HubException taken) when (taken is { Refusal: Refusal.Conflict, Code: "CONFLICT" } && attempt < Attempts)
            {
                // Somebody took the same version number: the next look sees it.
            }
        }
    }

    private async Task<PrepareStarted> TryPrepareAsync(Actor actor, Guid datasetId, int number, IReadOnlyList<RecipeStep> steps, string? message, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Set<Dataset>().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Editor, cancellationToken);
        var source = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("dataset version");
        if (source is not { State: DatasetVersionState.Ready, ContentHash: not null })
        {
            throw HubException.Conflict("This version is not ready, so no recipe can be run on it.", "VERSION_NOT_READY");
        }

        RecipeChecks.Require(steps, [.. source.Columns.Select(c => c.Schema)]);
        var now = time.GetUtcNow().UtcDateTime;
        var next = await DatasetVersion.NextNumberAsync(db, datasetId, cancellationToken);
        var version = DatasetVersion.Create(datasetId, next, DatasetVersionCause.Recipe, number, Message(message, steps), actor.UserId, now);
        var job = queue.Add(db, PrepareResult.JobKind, dataset.WorkspaceId, actor.UserId, datasetId);
        version.MadeBy(job.Id);
        version.MadeWith(new(steps));
        db.Add(version);
        db.Audit(actor, dataset.WorkspaceId, "dataset.prepare", datasetId, $"{dataset.Name} v{next} from v{number} by {steps.Count(s => s.Enabled)} steps", now);
        await db.SaveChangesAsync(cancellationToken);
        queue.Wake();
        news.Publish(Topic.Workspace(dataset.WorkspaceId), Topic.Dataset(datasetId));
        return new(datasetId, version.Id, next, job.Id);
    }

    /// <summary>Without words of the user the steps speak for themselves.</summary>
    private static string? Message(string? message, IReadOnlyList<RecipeStep> steps) => string.IsNullOrWhiteSpace(message)
        ? string.Join("; ", steps.Where(s => s.Enabled).Select(s => RecipeCatalog.Sentence(s).Replace("*", "", StringComparison.Ordinal)))
        : message.Trim();
}

public sealed record PrepareStarted(Guid DatasetId, Guid VersionId, int VersionNumber, Guid JobId);
