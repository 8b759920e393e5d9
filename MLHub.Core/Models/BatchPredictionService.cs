using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>Asks a model about all rows of a dataset version; the answers become a new dataset.</summary>
public sealed class BatchPredictionService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, JobQueue queue, StorageQuota quota, BlobSeal seal, TimeProvider time, News news)
{
    private const int Attempts = 5;

    /// <summary>The new dataset stands beside its rows when the actor may write there, else beside the model.</summary>
    /// <exception cref="HubException">Not found, forbidden, <c>VERSION_NOT_READY</c>, <c>COLUMNS_DIFFER</c>, <c>NO_SUCH_ALIAS</c>, <c>NO_SUCH_VERSION</c>.</exception>
    public async Task<BatchStarted> StartAsync(Actor actor, Guid modelId, BatchRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryStartAsync(actor, modelId, request, cancellationToken);
            }
            catch (HubException taken) when (taken is { Refusal: Refusal.Conflict, Code: "CONFLICT" } && request.Name is null && attempt < Attempts)
            {
                // Somebody took the name that was made up: the next look finds another.
            }
        }
    }

    /// <summary>What the model was asked about, newest first. Datasets that the actor may not read have no name.</summary>
    public async Task<Page<BatchView>> ListAsync(Actor actor, Guid modelId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = await ModelAsync(db, modelId, cancellationToken);
        await access.RequireAsync(actor, model.AsThing(), WorkspaceRole.Reader, cancellationToken);
        // Batches stand in the workspaces of whoever asked: only those whose result the actor may read are told.
        var readable = DatasetService.Readable(db, actor);
        var rows = await (
            from batch in db.Set<BatchPrediction>().AsNoTracking()
            join result in readable on batch.ResultDatasetId equals result.Id
            join version in db.Set<DatasetVersion>() on new { DatasetId = batch.ResultDatasetId, JobId = (Guid?)batch.JobId } equals new { version.DatasetId, version.JobId }
            where batch.ModelId == modelId
            orderby batch.CreatedAt descending, batch.Id descending
            select new BatchView(
                batch.Id,
                batch.ModelVersion,
                batch.SourceDatasetId,
                readable.Where(d => d.Id == batch.SourceDatasetId).Select(d => d.Name).FirstOrDefault(),
                batch.SourceVersion,
                result.Id,
                result.Name,
                version.State,
                version.RowCount,
                version.Error,
                batch.JobId,
                db.Set<Job>().Where(j => j.Id == batch.JobId).Select(j => (double?)j.Progress).FirstOrDefault() ?? 0,
                db.Set<Job>().Where(j => j.Id == batch.JobId).Select(j => j.Message).FirstOrDefault(),
                db.Set<HubUser>().Where(u => u.Id == batch.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(),
                batch.CreatedAt)).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    private async Task<BatchStarted> TryStartAsync(Actor actor, Guid modelId, BatchRequest request, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = await ModelAsync(db, modelId, cancellationToken);
        await access.RequireAsync(actor, model.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == request.DatasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var workspaceId = await WritableAsync(actor, dataset.WorkspaceId, model.WorkspaceId, cancellationToken);
        var source = await SourceAsync(db, dataset, request.Version, cancellationToken);
        var version = await PredictionService.FindAsync(db, model, request.ModelVersion?.ToString(CultureInfo.InvariantCulture) ?? request.Alias, cancellationToken);
        PredictionService.RequireGenuine(seal, version);
        BatchColumns.Require(version.Signature, [.. source.Columns.Select(c => c.Schema)]);
        await quota.RequireAsync(actor.UserId, workspaceId, 0, cancellationToken);

        var now = time.GetUtcNow().UtcDateTime;
        var words = $"Predictions of {model.Name} v{version.Number} for {dataset.Name} v{source.Number}";
        var result = Dataset.Create(workspaceId, actor.UserId, request.Name ?? await FreeNameAsync(db, workspaceId, dataset.Name, cancellationToken), words + ".", now);
        var job = queue.Add(db, BatchSpec.JobKind, workspaceId, actor.UserId, result.Id);
        var made = DatasetVersion.Create(result.Id, 1, DatasetVersionCause.Prediction, null, words, actor.UserId, now);
        made.MadeBy(job.Id);
        db.Add(result);
        db.Add(made);
        db.Add(BatchPrediction.Create(version, source, result.Id, job.Id, actor.UserId, now));
        db.Audit(actor, workspaceId, "model.predict.batch", model.Id, words, now);
        await db.SaveChangesAsync(cancellationToken);
        queue.Wake();
        news.Publish(Topic.Workspace(workspaceId), Topic.Model(modelId));
        return new(result.Id, made.Id, made.Number, job.Id);
    }

    private async Task<Guid> WritableAsync(Actor actor, Guid first, Guid second, CancellationToken cancellationToken)
    {
        foreach (var workspaceId in new[] { first, second }.Distinct())
        {
            if (await access.RoleAsync(actor, workspaceId, cancellationToken) >= WorkspaceRole.Editor)
            {
                return workspaceId;
            }
        }

        throw new HubException(Refusal.Forbidden, "The predictions would become a new dataset, and you may add none here. Ask for the role of an editor.");
    }

    private static async Task<RegisteredModel> ModelAsync(HubDbContext db, Guid modelId, CancellationToken cancellationToken) =>
        await db.Set<RegisteredModel>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == modelId && m.DeletedAt == null, cancellationToken)
        ?? throw HubException.NotFound("model");

    private static async Task<DatasetVersion> SourceAsync(HubDbContext db, Dataset dataset, int? number, CancellationToken cancellationToken)
    {
        var wanted = number ?? dataset.LatestVersion
            ?? throw HubException.Conflict("The dataset has no version that is ready. Wait for its import to end.", "VERSION_NOT_READY");
        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == dataset.Id && v.Number == wanted, cancellationToken)
            ?? throw HubException.Field("version", $"The dataset has no version {wanted}.", "NO_SUCH_VERSION");
        return version is { State: DatasetVersionState.Ready, ContentHash: not null }
            ? version
            : throw HubException.Conflict("This version is not ready, so its rows cannot be predicted.", "VERSION_NOT_READY");
    }

    private static async Task<string> FreeNameAsync(HubDbContext db, Guid workspaceId, string source, CancellationToken cancellationToken)
    {
        const string ending = " predictions";
        var most = Slug.MaxNameLength - ending.Length - 6;
        var stem = (source.Length > most ? source[..most].TrimEnd() : source) + ending;
        var key = Slug.Key(stem);
        var taken = await db.Set<Dataset>().Where(d => d.WorkspaceId == workspaceId && d.DeletedAt == null && d.NameKey.StartsWith(key)).Select(d => d.NameKey).ToListAsync(cancellationToken);
        var name = stem;
        for (var number = 2; taken.Contains(Slug.Key(name)); number++)
        {
            name = $"{stem} {number}";
        }

        return name;
    }
}

/// <param name="Version">Of the dataset; <c>null</c> takes the newest that is ready.</param>
/// <param name="Alias">Of the model; <c>null</c> takes the champion.</param>
/// <param name="ModelVersion">Instead of an alias.</param>
/// <param name="Name">Of the new dataset; <c>null</c> makes one up.</param>
public sealed record BatchRequest(Guid DatasetId, int? Version = null, string? Alias = null, int? ModelVersion = null, string? Name = null);

public sealed record BatchStarted(Guid DatasetId, Guid VersionId, int VersionNumber, Guid JobId);

/// <summary>One run of a model over a table, as pages show it.</summary>
/// <param name="SourceName"><c>null</c> when the actor may not read it, or it is gone.</param>
/// <param name="State">Of the dataset that is made.</param>
/// <param name="Error">Why it failed.</param>
public sealed record BatchView(
    Guid Id, int ModelVersion, Guid SourceDatasetId, string? SourceName, int SourceVersion, Guid ResultDatasetId, string ResultName, DatasetVersionState State, long RowCount, string? Error,
    Guid JobId, double Progress, string? Message, string? CreatedByName, DateTime CreatedAt);
