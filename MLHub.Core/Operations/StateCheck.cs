using Microsoft.EntityFrameworkCore;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Operations;

/// <summary>Whether the rows agree with each other. Each question is one query that finds nothing in a sound database.</summary>
internal static class StateCheck
{
    /// <summary>More of one kind say nothing new.</summary>
    private const int Most = 100;

    public static async Task<IReadOnlyList<Finding>> RunAsync(HubDbContext db, BlobSeal seal, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var jobs = db.Set<Job>();
        var versions = db.Set<DatasetVersion>().IgnoreQueryFilters();
        var runs = db.Set<Run>().Where(r => r.DeletedAt == null);

        await AskAsync("JOB_STATE", jobs.Where(j =>
                (j.State == JobState.Running) != (j.LeaseToken != null)
                || (j.State == JobState.Succeeded || j.State == JobState.Failed || j.State == JobState.Cancelled) != (j.EndedAt != null)).Select(j => j.Id),
            id => $"The job {id:N} has a state that its lease and times contradict");
        await AskAsync("JOB_TWO_RESULTS", versions.Where(v => v.JobId != null && v.State == DatasetVersionState.Ready).GroupBy(v => v.JobId!.Value).Where(g => g.Count() > 1).Select(g => g.Key),
            id => $"The job {id:N} made more than one version");
        await AskAsync("JOB_TWO_RESULTS", runs.Where(r => r.JobId != null && r.ParentRunId == null && r.ModelHash != null).GroupBy(r => r.JobId!.Value).Where(g => g.Count() > 1).Select(g => g.Key),
            id => $"The job {id:N} made more than one model");

        await AskAsync("VERSION_STUCK", versions.Where(v => v.State == DatasetVersionState.Importing && v.PurgedAt == null
                && !jobs.Any(j => j.Id == v.JobId && (j.State == JobState.Queued || j.State == JobState.Running))).Select(v => v.Id),
            id => $"The dataset version {id:N} is being made, but no job makes it");
        await AskAsync("VERSION_EMPTY", versions.Where(v => v.State == DatasetVersionState.Ready && v.ContentHash == null && v.PurgedAt == null
                && db.Set<Dataset>().Any(d => d.Id == v.DatasetId && d.PurgedAt == null)).Select(v => v.Id),
            id => $"The dataset version {id:N} is ready and has no rows");
        await AskAsync("VERSION_LINEAGE", versions.Where(v => v.Parent != null && v.Parent >= v.Number).Select(v => v.Id),
            id => $"The dataset version {id:N} is said to come from a later one");
        await AskAsync("DATASET_LATEST", db.Set<Dataset>().Where(d => d.DeletedAt == null && d.LatestVersion != null
                && !versions.Any(v => v.DatasetId == d.Id && v.Number == d.LatestVersion && v.State == DatasetVersionState.Ready && v.DeletedAt == null)).Select(d => d.Id),
            id => $"The newest version of the dataset {id:N} is not there");

        await AskAsync("RUN_STUCK", runs.Where(r => r.Source == RunSource.Mlhub && (r.State == RunState.Queued || r.State == RunState.Running)
                && !jobs.Any(j => j.Id == r.JobId && (j.State == JobState.Queued || j.State == JobState.Running))).Select(r => r.Id),
            id => $"The run {id:N} is not over, but no job computes it");
        await AskAsync("RUN_WITHOUT_MODEL", runs.Where(r => r.Source == RunSource.Mlhub && r.State == RunState.Finished && r.ParentRunId == null && r.ModelHash == null).Select(r => r.Id),
            id => $"The run {id:N} finished and has no model");

        await AskAsync("MODEL_NUMBERS", db.Set<RegisteredModel>().Where(m => db.Set<ModelVersion>().Any(v => v.ModelId == m.Id && v.Number > m.LatestVersion)).Select(m => m.Id),
            id => $"The model {id:N} has versions that it does not know of");
        await AskAsync("ALIAS_DANGLING", db.Set<ModelAlias>().Where(a => !db.Set<ModelVersion>().Any(v => v.ModelId == a.ModelId && v.Number == a.Version)).Select(a => a.ModelId),
            id => $"An alias of the model {id:N} means a version that is not there");
        await foreach (var model in db.Set<ModelVersion>().Select(v => new { v.ModelId, v.Number, v.ArtefactHash, v.ArtefactSeal }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!seal.IsGenuine(model.ArtefactHash, model.ArtefactSeal))
            {
                findings.Add(new("MODEL_SEAL", $"Version {model.Number} of the model {model.ModelId:N} was not made with this server's key; it cannot predict. The folder keys belongs to the data"));
            }
        }

        await AskAsync("WORKSPACE_WITHOUT_MANAGER", db.Set<Workspace>().Where(w => !db.Set<WorkspaceMember>().Any(m => m.WorkspaceId == w.Id && m.Role >= WorkspaceRole.Manager)).Select(w => w.Id),
            id => $"The workspace {id:N} has nobody who manages it");
        return findings;

        async Task AskAsync(string code, IQueryable<Guid> question, Func<Guid, string> text) =>
            findings.AddRange((await question.Distinct().OrderBy(id => id).Take(Most).ToListAsync(cancellationToken)).Select(id => new Finding(code, text(id))));
    }
}
