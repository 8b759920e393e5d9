using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>The history of a dataset: what each version was used for, going back to an earlier one, tags, the way to the trash.</summary>
public sealed class DatasetVersionService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IEnumerable<IVersionUses> uses, TimeProvider time, News news)
{
    private const int Attempts = 5;

    /// <summary>What was made from the versions of a dataset. Whoever only sees the dataset, and is no member of its workspace, learns nothing of that.</summary>
    public async Task<IReadOnlyList<VersionUse>> UsesAsync(Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, WorkspaceRole.Reader, cancellationToken);
        return await access.IsMemberAsync(actor, dataset.WorkspaceId, cancellationToken) ? await UsesAsync(db, datasetId, cancellationToken) : [];
    }

    /// <summary>Makes a new version with the content of an earlier one; no bytes move.</summary>
    /// <param name="message">By default that it was restored, and from where.</param>
    /// <returns>Number of the new version.</returns>
    public async Task<int> RestoreAsync(Actor actor, Guid datasetId, int number, string? message, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryRestoreAsync(actor, datasetId, number, message, cancellationToken);
            }
            catch (HubException taken) when (taken.Refusal == Refusal.Conflict && taken.Code == "CONFLICT" && attempt < Attempts)
            {
                // Somebody else took the number; the next look sees theirs.
            }
        }
    }

    public async Task TagAsync(Actor actor, Guid datasetId, int number, IReadOnlyList<string>? tags, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, WorkspaceRole.Editor, cancellationToken);
        var version = await FindAsync(db, datasetId, number, cancellationToken);

        version.Tag(tags ?? throw HubException.Field("tags", "Send the tags as a list; an empty one removes them.", "BAD_TAGS"));
        db.Audit(actor, dataset.WorkspaceId, "version.tag", datasetId, $"{dataset.Name} v{number}: {string.Join(", ", version.Tags)}", Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Dataset(datasetId));
    }

    /// <summary>Moves one version to the trash. Editors may delete their own, managers all.</summary>
    /// <exception cref="HubException"><c>ONLY_VERSION</c>, <c>VERSION_IN_USE</c>.</exception>
    public async Task DeleteAsync(Actor actor, Guid datasetId, int number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, WorkspaceRole.Editor, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await LockAsync(db, datasetId, cancellationToken);
        var version = await FindAsync(db, datasetId, number, cancellationToken);
        if (version.CreatedBy != actor.UserId)
        {
            await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Manager, cancellationToken);
        }

        if (version.State == DatasetVersionState.Importing)
        {
            throw HubException.Conflict("The version is still being made. Cancel that first.", "VERSION_IN_USE");
        }

        if (version.State == DatasetVersionState.Ready
            && !await db.Set<DatasetVersion>().AnyAsync(v => v.DatasetId == datasetId && v.Number != number && v.State == DatasetVersionState.Ready, cancellationToken))
        {
            throw HubException.Conflict("It is the only version with rows. Delete the dataset instead, or add a version first.", "ONLY_VERSION");
        }

        if ((await UsesAsync(db, datasetId, cancellationToken)).Any(u => u.VersionId == version.Id && u.IsActive))
        {
            throw HubException.Conflict("A run is reading this version. Wait for it to end, or cancel it.", "VERSION_IN_USE");
        }

        version.Delete(actor.UserId, Now);
        db.Audit(actor, dataset.WorkspaceId, "version.delete", datasetId, $"{dataset.Name} v{number}", Now);
        await db.SaveChangesAsync(cancellationToken);
        await SetLatestAsync(db, datasetId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Dataset(datasetId), Topic.Workspace(dataset.WorkspaceId));
    }

    /// <summary>Two who change which version is the latest, a job that completes one among them, wait for each other here, and the second one sees what the first did.</summary>
    internal static Task LockAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken) =>
        db.Set<Dataset>().Where(d => d.Id == datasetId).ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, d => d.LatestVersion), cancellationToken);

    /// <summary>The newest ready version that is not in the trash becomes the latest. In one transaction with what changed that, behind <see cref="LockAsync"/>.</summary>
    internal static Task SetLatestAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken) =>
        db.Set<Dataset>().Where(d => d.Id == datasetId).ExecuteUpdateAsync(
            set => set.SetProperty(
                d => d.LatestVersion,
                d => db.Set<DatasetVersion>().Where(v => v.DatasetId == datasetId && v.State == DatasetVersionState.Ready).Max(v => (int?)v.Number)),
            cancellationToken);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<int> TryRestoreAsync(Actor actor, Guid datasetId, int number, string? message, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, WorkspaceRole.Editor, cancellationToken);
        var source = await FindAsync(db, datasetId, number, cancellationToken);
        if (source.State != DatasetVersionState.Ready)
        {
            throw HubException.Conflict("This version has no rows to go back to.", "VERSION_NOT_READY");
        }

        var next = await DatasetVersion.NextNumberAsync(db, datasetId, cancellationToken);
        var words = string.IsNullOrWhiteSpace(message) ? $"Restored from v{number}" : message.Trim();
        var version = DatasetVersion.Create(datasetId, next, DatasetVersionCause.Restore, number, words, actor.UserId, Now);
        version.CopyOf(source);
        db.Add(version);
        if (await db.Set<DatasetProfile>().AsNoTracking().SingleOrDefaultAsync(p => p.VersionId == source.Id, cancellationToken) is { } profile)
        {
            db.Add(DatasetProfile.Create(version.Id, profile.Document));
        }

        db.Audit(actor, dataset.WorkspaceId, "version.restore", datasetId, $"{dataset.Name} v{next} from v{number}", Now);
        await db.SaveChangesAsync(cancellationToken);
        var now = Now;
        await db.Set<Dataset>().Where(d => d.Id == datasetId && (d.LatestVersion == null || d.LatestVersion < next))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, next).SetProperty(d => d.UpdatedAt, now), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Dataset(datasetId), Topic.Workspace(dataset.WorkspaceId));
        return next;
    }

    private async Task<IReadOnlyList<VersionUse>> UsesAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken)
    {
        List<VersionUse> found = [];
        foreach (var source in uses)
        {
            found.AddRange(await source.FindAsync(db, datasetId, cancellationToken));
        }

        return found;
    }

    private async Task<Dataset> RequireAsync(HubDbContext db, Actor actor, Guid datasetId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), role, cancellationToken);
        return dataset;
    }

    private static async Task<DatasetVersion> FindAsync(HubDbContext db, Guid datasetId, int number, CancellationToken cancellationToken) =>
        await db.Set<DatasetVersion>().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number, cancellationToken)
        ?? throw HubException.NotFound("dataset version");
}
