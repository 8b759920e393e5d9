using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Models;

/// <summary>Plans predictions for whole tables and records what came out. Such a job is about the dataset that is made.</summary>
internal sealed class BatchPredictionOwner(IBlobStore blobs, BlobSeal seal, TimeProvider time) : IJobOwner
{
    public string Kind => BatchSpec.JobKind;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        var batch = await db.Set<BatchPrediction>().AsNoTracking().SingleOrDefaultAsync(b => b.JobId == job.Id, cancellationToken);
        var result = await VersionAsync(db, job, cancellationToken);
        var isWanted = await db.Set<Dataset>().AnyAsync(d => d.Id == job.SubjectId && d.DeletedAt == null, cancellationToken);
        if (batch is null || result is not { State: DatasetVersionState.Importing } || !isWanted)
        {
            throw HubException.Impossible("The dataset for the predictions was deleted before they were made.", "DATASET_DELETED");
        }

        var source = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == batch.SourceVersionId, cancellationToken);
        if (source?.ContentHash is not { } rows)
        {
            throw HubException.Impossible("The version whose rows were to be predicted is not there any more.", "VERSION_DELETED");
        }

        var version = await db.Set<ModelVersion>().AsNoTracking().SingleOrDefaultAsync(
            v => v.ModelId == batch.ModelId && v.Number == batch.ModelVersion && db.Set<RegisteredModel>().Any(m => m.Id == v.ModelId && m.DeletedAt == null), cancellationToken)
            ?? throw HubException.Impossible("The model was deleted before its predictions were made.", "MODEL_DELETED");
        PredictionService.RequireGenuine(seal, version);
        return new(
            JsonSerializer.SerializeToElement(new BatchSpec([.. source.Columns.Select(c => c.Schema)], version.Signature.Output), HubJson.Options),
            new Dictionary<string, BlobHash> { [BatchSpec.ModelInput] = version.ArtefactHash, [BatchSpec.RowsInput] = rows },
            [BatchSpec.Rows, BatchSpec.Profile]);
    }

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing })
        {
            return;
        }

        var result = outcome.Result.Deserialize<BatchResult>(HubJson.Options) ?? throw new JsonException("The predictions returned nothing.");
        version.Complete(outcome.Outputs[BatchSpec.Rows], result.Columns, result.RowCount, null, null);
        await using var profile = await blobs.OpenAsync(outcome.Outputs[BatchSpec.Profile].Hash, cancellationToken);
        db.Add(DatasetProfile.Create(
            version.Id, await JsonSerializer.DeserializeAsync<DatasetProfileDocument>(profile, HubJson.Options, cancellationToken) ?? DatasetProfileDocument.Empty));

        var now = time.GetUtcNow().UtcDateTime;
        await db.Set<Dataset>().Where(d => d.Id == job.SubjectId && (d.LatestVersion == null || d.LatestVersion < version.Number))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, version.Number).SetProperty(d => d.UpdatedAt, now), cancellationToken);
    }

    public async Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        version?.Fail(failure.Code ?? "CANCELLED", failure.Message);
    }

    public IReadOnlyList<string> Topics(Job job) => [Topic.Dataset(job.SubjectId)];

    private static Task<DatasetVersion?> VersionAsync(HubDbContext db, Job job, CancellationToken cancellationToken) =>
        db.Set<DatasetVersion>().SingleOrDefaultAsync(v => v.DatasetId == job.SubjectId && v.JobId == job.Id, cancellationToken);
}
