using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Recipes;

/// <summary>Plans runs of recipes and records what came out.</summary>
public sealed class PrepareOwner(IBlobStore blobs, TimeProvider time) : VersionOwner(blobs, time)
{
    public override string Kind => PrepareResult.JobKind;

    protected override async Task<JobPlan> PlanAsync(HubDbContext db, Job job, DatasetVersion version, CancellationToken cancellationToken)
    {
        var source = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == job.SubjectId && v.Number == version.Parent, cancellationToken);
        if (source?.ContentHash is not { } content)
        {
            throw HubException.Impossible("The version that the recipe starts from is not there any more.", "VERSION_DELETED");
        }

        return new(
            JsonSerializer.SerializeToElement(new PrepareSpec([.. source.Columns.Select(c => c.Schema)], version.Recipe!.Steps), HubJson.Options),
            new Dictionary<string, BlobHash> { [PrepareResult.Source] = content },
            [Rows, Profile]);
    }

    protected override void Complete(DatasetVersion version, JobOutcome outcome, BlobRef rows)
    {
        var result = outcome.Read<PrepareResult>();
        version.MadeWith(version.Recipe! with { Effects = result.Effects });
        version.Complete(rows, result.Columns, result.RowCount, null, null);
    }
}
