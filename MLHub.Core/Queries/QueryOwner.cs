using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Queries;

/// <summary>Plans queries that become versions and records what came out.</summary>
public sealed class QueryOwner(IBlobStore blobs, TimeProvider time) : VersionOwner(blobs, time)
{
    public override string Kind => QueryText.JobKind;

    protected override async Task<JobPlan> PlanAsync(HubDbContext db, Job job, DatasetVersion version, CancellationToken cancellationToken)
    {
        if (version.OriginalHash is not { } kept)
        {
            throw HubException.Impossible("The text of the query is not there any more.", "ORIGINAL_DELETED");
        }

        using var reader = new StreamReader(await Blobs.OpenAsync(kept, cancellationToken));
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
        return new(JsonSerializer.SerializeToElement(text, HubJson.Options), inputs, [Rows, Profile]);
    }

    protected override void Complete(DatasetVersion version, JobOutcome outcome, BlobRef rows)
    {
        var result = outcome.Read<QueryJobResult>();
        version.Complete(rows, result.Columns, result.RowCount, null, null);
    }
}

/// <summary>What the job answers; rows and profile are files.</summary>
public sealed record QueryJobResult(long RowCount, IReadOnlyList<DatasetColumn> Columns);
