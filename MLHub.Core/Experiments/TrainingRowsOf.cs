using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>The rows that somebody wants to learn from: they may read them, and they are ready.</summary>
internal static class TrainingRowsOf
{
    /// <param name="number"><c>null</c> takes the newest version that is ready.</param>
    public static async Task<(Dataset Dataset, DatasetVersion Version)> ReadyAsync(HubDbContext db, WorkspaceAccess access, Actor actor, Guid datasetId, int? number, CancellationToken cancellationToken)
    {
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var wanted = number ?? dataset.LatestVersion
            ?? throw HubException.Field("datasetId", "The dataset has no version that is ready. Wait for its import to end.", "VERSION_NOT_READY");
        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == wanted, cancellationToken)
            ?? throw HubException.Field("datasetVersion", $"The dataset has no version {wanted}.", "NO_SUCH_VERSION");
        return version.State == DatasetVersionState.Ready
            ? (dataset, version)
            : throw HubException.Field("datasetVersion", $"Version {wanted} is not ready to learn from: its import {(version.State == DatasetVersionState.Failed ? "failed" : "is still going on")}.", "VERSION_NOT_READY");
    }
}
