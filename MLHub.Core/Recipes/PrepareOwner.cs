using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Recipes;

/// <summary>Plans runs of recipes and records what came out. Such a job is about the dataset; the version is the one that names the job.</summary>
public sealed class PrepareOwner(IBlobStore blobs, TimeProvider time) : IJobOwner
{
    public string Kind => PrepareResult.JobKind;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        var isWanted = await db.Set<Dataset>().AnyAsync(d => d.Id == job.SubjectId && d.DeletedAt == null, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing, Recipe: { } recipe } || !isWanted)
        {
            throw HubException.Impossible("The dataset was deleted before its recipe was run.", "DATASET_DELETED");
        }

        var source = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == job.SubjectId && v.Number == version.Parent, cancellationToken);
        if (source?.ContentHash is not { } content)
        {
            throw HubException.Impossible("The version that the recipe starts from is not there any more.", "VERSION_DELETED");
        }

        return new(
            JsonSerializer.SerializeToElement(new PrepareSpec([.. source.Columns.Select(c => c.Schema)], recipe.Steps), HubJson.Options),
            new Dictionary<string, BlobHash> { [PrepareResult.Source] = content },
            [PrepareResult.Rows, PrepareResult.Profile]);
    }

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing, Recipe: { } recipe })
        {
            return;
        }

        var result = outcome.Result.Deserialize<PrepareResult>(HubJson.Options) ?? throw new JsonException("The recipe returned nothing.");
        version.MadeWith(recipe with { Effects = result.Effects });
        version.Complete(outcome.Outputs[PrepareResult.Rows], result.Columns, result.RowCount, null, null);
        await using var profile = await blobs.OpenAsync(outcome.Outputs[PrepareResult.Profile].Hash, cancellationToken);
        db.Add(DatasetProfile.Create(
            version.Id, await JsonSerializer.DeserializeAsync<DatasetProfileDocument>(profile, HubJson.Options, cancellationToken) ?? DatasetProfileDocument.Empty));

        // Compared in the database: two versions of one dataset may become ready at the same moment, and the head never moves back.
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
