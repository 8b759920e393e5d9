using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Finds the stored files of a version for somebody who may read it.</summary>
public sealed class VersionFiles(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    internal static HubException NoOriginal() =>
        HubException.Impossible("This version was not uploaded, so there is no original file. Take it as CSV or Parquet.", "NO_ORIGINAL");

    /// <summary>The uploaded bytes of a version, whatever became of them: those of a failed import are there, too.</summary>
    public async Task<(BlobHash Content, string Name)> RequireOriginalAsync(Actor actor, Guid datasetId, int number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Reader, cancellationToken);

        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("dataset version");
        return (version.OriginalHash ?? throw NoOriginal(), version.OriginalName ?? $"{dataset.Name}-v{number}");
    }

    /// <exception cref="HubException">Not found, or <c>VERSION_NOT_READY</c>.</exception>
    public async Task<ReadyVersion> RequireAsync(Actor actor, Guid datasetId, int number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Reader, cancellationToken);

        var version = await db.Set<DatasetVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DatasetId == datasetId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("dataset version");
        return version is { State: DatasetVersionState.Ready, ContentHash: { } content }
            ? new(dataset.Name, version.Number, content, version.Columns, version.RowCount, version.OriginalHash, version.OriginalName, version.RejectsHash)
            : throw HubException.Conflict(
                version.State == DatasetVersionState.Failed ? $"This version could not be made: {version.Error}" : "This version is still being made. Try again in a moment.",
                "VERSION_NOT_READY");
    }
}

public sealed record ReadyVersion(
    string DatasetName,
    int Number,
    BlobHash Content,
    IReadOnlyList<DatasetColumn> Columns,
    long RowCount,
    BlobHash? Original,
    string? OriginalName,
    BlobHash? Rejects);
