using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Queries;

/// <summary>Plans queries that become versions and records what came out. Such a job is about the dataset of the new version.</summary>
public sealed class QueryOwner(IBlobStore blobs, TimeProvider time) : IJobOwner
{
    public string Kind => QueryText.JobKind;

    public async Task<JobPlan> PlanAsync(HubDbContext db, Job job, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing, OriginalHash: { } kept } || !await IsThereAsync(db, job.SubjectId, cancellationToken))
        {
            throw HubException.Impossible("The dataset was deleted before the query was run.", "DATASET_DELETED");
        }

        using var reader = new StreamReader(await blobs.OpenAsync(kept, cancellationToken));
        var text = QueryText.Parse(await reader.ReadToEndAsync(cancellationToken));
        if (!await IsThereAsync(db, text.DatasetId, cancellationToken))
        {
            throw HubException.Impossible("The dataset that the query reads was deleted.", "DATASET_DELETED");
        }

        var wanted = QueryTables.Mentioned(text.Sql).Append(text.Version).Distinct().ToList();
        var contents = await db.Set<DatasetVersion>().AsNoTracking()
            .Where(v => v.DatasetId == text.DatasetId && wanted.Contains(v.Number) && v.State == DatasetVersionState.Ready && v.ContentHash != null)
            .ToDictionaryAsync(v => v.Number, v => v.ContentHash!.Value, cancellationToken);
        var inputs = QueryTables.Mentioned(text.Sql).Where(contents.ContainsKey).ToDictionary(QueryTables.Name, n => contents[n]);
        inputs[SandboxQuery.MainTable] = contents.TryGetValue(text.Version, out var main)
            ? main
            : throw HubException.Impossible("The version that the query reads is not there any more.", "VERSION_DELETED");
        return new(JsonSerializer.SerializeToElement(text, HubJson.Options), inputs, [ImportResult.Rows, ImportResult.Profile]);
    }

    public async Task CompleteAsync(HubDbContext db, Job job, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(db, job, cancellationToken);
        if (version is not { State: DatasetVersionState.Importing })
        {
            return;
        }

        var result = outcome.Result.Deserialize<QueryJobResult>(HubJson.Options) ?? throw new JsonException("The query returned nothing.");
        version.Complete(outcome.Outputs[ImportResult.Rows], result.Columns, result.RowCount, null, null);
        await using var profile = await blobs.OpenAsync(outcome.Outputs[ImportResult.Profile].Hash, cancellationToken);
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

    private static Task<bool> IsThereAsync(HubDbContext db, Guid datasetId, CancellationToken cancellationToken) =>
        db.Set<Dataset>().AnyAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken);

    private static Task<DatasetVersion?> VersionAsync(HubDbContext db, Job job, CancellationToken cancellationToken) =>
        db.Set<DatasetVersion>().SingleOrDefaultAsync(v => v.DatasetId == job.SubjectId && v.JobId == job.Id, cancellationToken);
}

/// <summary>What the job answers; rows and profile are files.</summary>
public sealed record QueryJobResult(long RowCount, IReadOnlyList<DatasetColumn> Columns);
