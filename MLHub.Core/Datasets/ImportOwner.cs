using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Plans imports and records what came out.</summary>
public sealed class ImportOwner(IBlobStore blobs, TimeProvider time) : VersionOwner(blobs, time)
{
    public override string Kind => ImportResult.JobKind;

    protected override Task<JobPlan> PlanAsync(HubDbContext db, Job job, DatasetVersion version, CancellationToken cancellationToken)
    {
        if (version.OriginalHash is not { } original)
        {
            throw HubException.Impossible("The file to import is not there any more.", "ORIGINAL_DELETED");
        }

        var spec = new ImportSpec(version.OriginalName ?? "", version.ImportOptions ?? new());
        return Task.FromResult(new JobPlan(
            JsonSerializer.SerializeToElement(spec, HubJson.Options),
            new Dictionary<string, BlobHash> { [ImportResult.Original] = original },
            [Rows, Profile, ImportResult.Rejects]));
    }

    protected override void Complete(DatasetVersion version, JobOutcome outcome, BlobRef rows)
    {
        var result = outcome.Read<ImportResult>();
        version.Complete(rows, result.Columns, result.RowCount, result.Report, outcome.Find(ImportResult.Rejects)?.Hash);
    }

    // Whatever broke the process, it was the file: nothing else was in it.
    protected override string CodeOf(JobFailure failure) => failure.Code == "JOB_CRASHED" ? "INGEST_WORKER_CRASHED" : base.CodeOf(failure);
}
