using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Owner of jobs whose result is a version of a dataset. Such a job is about the dataset; the version is the one that names the job.</summary>
public abstract class VersionOwner(IBlobStore blobs, TimeProvider time) : IJobOwner
{
    /// <summary>Output with the rows.</summary>
    public const string Rows = "rows.parquet";

    /// <summary>Output with the <see cref="DatasetProfileDocument"/> of the rows.</summary>
    public const string Profile = "profile.json";

    public abstract string Kind { get; }

    protected IBlobStore Blobs => blobs;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, job, cancellationToken) is not { State: DatasetVersionState.Importing } version || !await IsThereAsync(db, job.SubjectId, cancellationToken))
        {
            throw HubException.Impossible("The dataset was deleted before the work began.", "DATASET_DELETED");
        }

        return await PlanAsync(db, job, version, cancellationToken);
    }

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, job, cancellationToken) is not { State: DatasetVersionState.Importing } version)
        {
            return;
        }

        await DatasetVersionService.LockAsync(db, job.SubjectId, cancellationToken);
        Complete(version, outcome, outcome.Output(Rows));
        await using var profile = await blobs.OpenAsync(outcome.Output(Profile).Hash, cancellationToken);
        db.Add(DatasetProfile.Create(
            version.Id, await JsonSerializer.DeserializeAsync<DatasetProfileDocument>(profile, HubJson.Options, cancellationToken) ?? DatasetProfileDocument.Empty));

        // Compared in the database: two versions of one dataset may become ready at the same moment, and the head never moves back.
        var now = time.GetUtcNow().UtcDateTime;
        await db.Set<Dataset>().Where(d => d.Id == job.SubjectId && (d.LatestVersion == null || d.LatestVersion < version.Number))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.LatestVersion, version.Number).SetProperty(d => d.UpdatedAt, now), cancellationToken);
    }

    public async Task AbandonAsync(HubDbContext db, Job job, JobFailure failure, CancellationToken cancellationToken)
    {
        var version = await FindAsync(db, job, cancellationToken);
        version?.Fail(CodeOf(failure), failure.Message);
    }

    public IReadOnlyList<string> Topics(Job job) => [Topic.Dataset(job.SubjectId)];

    /// <summary>Plans the work on a version that waits for it and whose dataset is there.</summary>
    protected abstract Task<JobPlan> PlanAsync(HubDbContext db, Job job, DatasetVersion version, CancellationToken cancellationToken);

    /// <summary>Completes the version with the rows and with what the handler returned.</summary>
    protected abstract void Complete(DatasetVersion version, JobOutcome outcome, BlobRef rows);

    /// <summary>The code that the version shows.</summary>
    protected virtual string CodeOf(JobFailure failure) => failure.Code ?? "CANCELLED";

    protected static Task<bool> IsThereAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken) =>
        db.Set<Dataset>().AnyAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken);

    private static Task<DatasetVersion?> FindAsync(HubDbContext db, Job job, CancellationToken cancellationToken) =>
        db.Set<DatasetVersion>().SingleOrDefaultAsync(v => v.DatasetId == job.SubjectId && v.JobId == job.Id, cancellationToken);
}
