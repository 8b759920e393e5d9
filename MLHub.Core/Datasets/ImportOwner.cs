using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Plans imports and records what came out. Such a job is about the dataset; the version is the one that names the job.</summary>
public sealed class ImportOwner(IBlobStore blobs, TimeProvider time) : IJobOwner
{
    public string Kind => ImportResult.JobKind;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        var isWanted = await db.Set<Dataset>().AnyAsync(d => d.Id == job.SubjectId && d.DeletedAt == null, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing, OriginalHash: { } original } || !isWanted)
        {
            throw HubException.Impossible("The dataset was deleted before its import began.", "DATASET_DELETED");
        }

        var spec = new ImportSpec(version.OriginalName ?? "", version.ImportOptions ?? new());
        return new(
            JsonSerializer.SerializeToElement(spec, HubJson.Options),
            new Dictionary<string, BlobHash> { [ImportResult.Original] = original },
            [ImportResult.Rows, ImportResult.Profile, ImportResult.Rejects]);
    }

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing })
        {
            return;
        }

        var result = outcome.Result.Deserialize<ImportResult>(HubJson.Options) ?? throw new JsonException("The import returned nothing.");
        version.Complete(
            outcome.Outputs[ImportResult.Rows], result.Columns, result.RowCount, result.Report,
            outcome.Outputs.TryGetValue(ImportResult.Rejects, out var rejects) ? rejects.Hash : null);
        await using var profile = await blobs.OpenAsync(outcome.Outputs[ImportResult.Profile].Hash, cancellationToken);
        db.Add(DatasetProfile.Create(
            version.Id, await JsonSerializer.DeserializeAsync<DatasetProfileDocument>(profile, HubJson.Options, cancellationToken) ?? DatasetProfileDocument.Empty));

        // Compared in the database: two imports of one dataset may end at the same moment, and the head never moves back.
        var now = time.GetUtcNow().UtcDateTime;
        await db.Set<Dataset>().Where(d => d.Id == job.SubjectId && (d.LatestVersion == null || d.LatestVersion < version.Number))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, version.Number).SetProperty(d => d.UpdatedAt, now), cancellationToken);
    }

    public async Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        // Whatever broke the process, it was the file: nothing else was in it.
        version?.Fail(failure.Code switch { null => "CANCELLED", "JOB_CRASHED" => "INGEST_WORKER_CRASHED", var code => code }, failure.Message);
    }

    public IReadOnlyList<string> Topics(Job job) => [Topic.Dataset(job.SubjectId)];

    private static Task<DatasetVersion?> VersionAsync(HubDbContext db, Job job, CancellationToken cancellationToken) =>
        db.Set<DatasetVersion>().SingleOrDefaultAsync(v => v.DatasetId == job.SubjectId && v.JobId == job.Id, cancellationToken);
}
