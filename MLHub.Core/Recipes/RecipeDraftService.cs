using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Recipes;

/// <summary>
/// Keeps what each person is writing. A draft is nobody else's business and changes with every keystroke, so it leaves no audit
/// entry: the version that is made of it does.
/// </summary>
public sealed class RecipeDraftService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time)
{
    /// <returns><c>null</c> when there is none.</returns>
    public async Task<RecipeDraftView?> GetAsync(Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, cancellationToken);

        var draft = await db.Set<RecipeDraft>().AsNoTracking().SingleOrDefaultAsync(d => d.UserId == actor.UserId && d.DatasetId == datasetId, cancellationToken);
        return draft is null ? null : new(draft.Steps, draft.Version, draft.SavedAs, draft.Revision, draft.UpdatedAt);
    }

    /// <param name="revision">Of the draft that was changed; 0 when there was none.</param>
    /// <returns>The new revision.</returns>
    /// <exception cref="HubException"><c>STALE_EDIT</c>: another window changed it in the meantime.</exception>
    public async Task<int> SaveAsync(Actor actor, Guid datasetId, int version, IReadOnlyList<RecipeStep> steps, int revision, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, cancellationToken);

        var draft = await FindAsync(db, actor, datasetId, cancellationToken);
        if ((draft?.Revision ?? 0) != revision)
        {
            throw HubException.Conflict("These steps were changed in another window.", "STALE_EDIT");
        }

        if (draft is null)
        {
            draft = RecipeDraft.Create(actor.UserId, datasetId);
            db.Add(draft);
        }

        draft.Write(steps, version, Now);
        await db.SaveChangesAsync(cancellationToken);
        return draft.Revision;
    }

    /// <summary>A version is being made of the draft: it is kept until that one is ready, in case it fails.</summary>
    /// <param name="revision">Of the draft that the version is made of: one that another window changed since is not what is in it.</param>
    /// <returns>The new revision, or the given one when there is no such draft.</returns>
    public async Task<int> MarkSavedAsync(Actor actor, Guid datasetId, int savedAs, int revision, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, cancellationToken);

        var draft = await FindAsync(db, actor, datasetId, cancellationToken);
        if (draft?.Revision != revision)
        {
            return revision;
        }

        draft.SaveAs(savedAs, Now);
        await db.SaveChangesAsync(cancellationToken);
        return draft.Revision;
    }

    /// <param name="revision">Of the draft that has done its work: one that another window changed since stays.</param>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> ClearAsync(Actor actor, Guid datasetId, int revision, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, cancellationToken);

        return await db.Set<RecipeDraft>().Where(d => d.UserId == actor.UserId && d.DatasetId == datasetId && d.Revision == revision).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static Task<RecipeDraft?> FindAsync(HubDbContext db, Actor actor, Guid datasetId, CancellationToken cancellationToken) =>
        db.Set<RecipeDraft>().SingleOrDefaultAsync(d => d.UserId == actor.UserId && d.DatasetId == datasetId, cancellationToken);

    private async Task RequireAsync(HubDbContext db, Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Editor, cancellationToken);
    }
}

/// <param name="Version">Number of the version that was looked at when the draft was last changed.</param>
/// <param name="SavedAs">The version that is being made of it.</param>
public sealed record RecipeDraftView(IReadOnlyList<RecipeStep> Steps, int Version, int? SavedAs, int Revision, DateTime UpdatedAt);
