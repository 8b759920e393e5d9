using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Models;

/// <summary>Plans predictions for whole tables and records what came out.</summary>
internal sealed class BatchPredictionOwner(IBlobStore blobs, BlobSeal seal, TimeProvider time) : VersionOwner(blobs, time)
{
    public override string Kind => BatchSpec.JobKind;

    protected override async Task<JobPlan> PlanAsync(HubDbContext db, Job job, DatasetVersion version, CancellationToken cancellationToken)
    {
        if (await db.Set<BatchPrediction>().AsNoTracking().SingleOrDefaultAsync(b => b.JobId == job.Id, cancellationToken) is not { } batch)
        {
            throw HubException.Impossible("The predictions were deleted before they were made.", "DATASET_DELETED");
        }

        var source = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == batch.SourceVersionId, cancellationToken);
        if (source?.ContentHash is not { } rows)
        {
            throw HubException.Impossible("The version whose rows were to be predicted is not there any more.", "VERSION_DELETED");
        }

        var model = await db.Set<ModelVersion>().AsNoTracking().SingleOrDefaultAsync(
            v => v.ModelId == batch.ModelId && v.Number == batch.ModelVersion && db.Set<RegisteredModel>().Any(m => m.Id == v.ModelId && m.DeletedAt == null), cancellationToken)
            ?? throw HubException.Impossible("The model was deleted before its predictions were made.", "MODEL_DELETED");
        PredictionService.RequireGenuine(seal, model);
        return new(
            JsonSerializer.SerializeToElement(new BatchSpec([.. source.Columns.Select(c => c.Schema)], model.Signature.Output), HubJson.Options),
            new Dictionary<string, BlobHash> { [BatchSpec.ModelInput] = model.ArtefactHash, [BatchSpec.RowsInput] = rows },
            [Rows, Profile]);
    }

    protected override void Complete(DatasetVersion version, JobOutcome outcome, BlobRef rows)
    {
        var result = outcome.Read<BatchResult>();
        version.Complete(rows, result.Columns, result.RowCount, null, null);
    }
}
