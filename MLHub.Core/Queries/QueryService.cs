using System.Text;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Queries;

/// <summary>
/// SQL about a dataset: whoever may read it may ask. The answer is shown, downloaded, or computed by a job into a version or a dataset of its own.
/// </summary>
public sealed class QueryService(
    IDbContextFactory<HubDbContext> contexts,
    WorkspaceAccess access,
    DatasetService datasets,
    VersionFiles files,
    IBlobStore blobs,
    IQuerySandbox sandbox,
    QueryTurns turns,
    JobQueue queue,
    News news,
    TimeProvider time)
{
    public const int DefaultRows = 1000;
    public const int MaxRowsShown = 10_000;

    private const int MaxRowsDownloaded = 100_000;
    private const int Attempts = 5;

    /// <summary>The first rows of the answer.</summary>
    /// <exception cref="HubException">Not found, <c>VERSION_NOT_READY</c>, <c>TOO_MANY_QUERIES</c>, and those of <see cref="IQuerySandbox"/>.</exception>
    public Task<QueryRows> RunAsync(Actor actor, Guid datasetId, int version, string sql, int limit, CancellationToken cancellationToken) =>
        AskAsync(actor, datasetId, version, sql, query => sandbox.ReadAsync(query, Math.Clamp(limit, 1, MaxRowsShown), cancellationToken), "dataset.query", cancellationToken);

    /// <summary>As many rows as go into a download.</summary>
    public async Task<(string FileName, QueryRows Rows)> DownloadAsync(Actor actor, Guid datasetId, int version, string sql, CancellationToken cancellationToken)
    {
        var dataset = await datasets.GetAsync(actor, datasetId, cancellationToken);
        var rows = await AskAsync(actor, datasetId, version, sql, query => sandbox.ReadAsync(query, MaxRowsDownloaded, cancellationToken), "dataset.query.download", cancellationToken);
        return rows.HasMore
            ? throw new HubException(Refusal.Impossible, $"The result has more than {rows.Rows.Count:N0} rows, too many for this download. Save it as a dataset and download that.", "QUERY_TOO_LARGE")
            : ($"{dataset.Name}-v{version}-query.csv", rows);
    }

    /// <summary>Computes the whole answer in a job: as the next version of the dataset, or as the first one of a new dataset.</summary>
    /// <param name="name">Of the new dataset; <c>null</c> makes a version.</param>
    public async Task<QuerySaved> SaveAsync(Actor actor, Guid datasetId, int version, string sql, string? name, string? message, CancellationToken cancellationToken)
    {
        var source = await datasets.GetAsync(actor, datasetId, cancellationToken);
        if (name is null)
        {
            await access.RequireAsync(actor, new Thing("dataset", source.Id, source.WorkspaceId, source.Visibility), WorkspaceRole.Editor, cancellationToken);
        }
        else
        {
            await access.RequireAsync(actor, source.WorkspaceId, WorkspaceRole.Editor, "workspace", cancellationToken);
        }

        // What cannot run at all is refused now, not by a job later. How long it takes and what it needs is the job's affair.
        await AskAsync(actor, datasetId, version, sql, query => sandbox.CheckAsync(query, cancellationToken), "dataset.query", cancellationToken);
        var text = new QueryText(datasetId, version, sql);
        int[] read = [version, .. QueryTables.Mentioned(sql)];
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        var blob = await blobs.PutAsync(bytes, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TrySaveAsync(actor, source, version, read, blob, name, message, cancellationToken);
            }
            catch (HubException taken) when (taken.Refusal == Refusal.Conflict && name is null && attempt < Attempts)
            {
                // Somebody took the same version number: the next look sees it.
            }
        }
    }

    private async Task<T> AskAsync<T>(Actor actor, Guid datasetId, int version, string sql, Func<SandboxQuery, Task<T>> ask, string action, CancellationToken cancellationToken)
    {
        var dataset = await datasets.GetAsync(actor, datasetId, cancellationToken);
        var versions = await QueryTables.FindAsync(files, actor, datasetId, version, sql, cancellationToken);
        using var turn = await turns.TakeAsync(actor.UserId, cancellationToken);
        List<BlobFile> held = [];
        var outcome = "cancelled";
        try
        {
            List<SandboxTable> tables = [];
            foreach (var (name, ready) in versions)
            {
                var file = await blobs.FetchAsync(ready.Content, cancellationToken);
                held.Add(file);
                tables.Add(new(name, file.Path));
            }

            var answer = await ask(new(sql, tables));
            outcome = "answered";
            return answer;
        }
        catch (HubException refused)
        {
            outcome = refused.Code;
            throw;
        }
        finally
        {
            foreach (var file in held)
            {
                file.Dispose();
            }

            await RecordAsync(actor, dataset, action, $"{dataset.Name} v{version}: {sql.Length} characters of SQL, {outcome}");
        }
    }

    private async Task RecordAsync(Actor actor, DatasetView dataset, string action, string detail)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        db.Audit(actor, dataset.WorkspaceId, action, dataset.Id, detail, time.GetUtcNow().UtcDateTime);
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private async Task<QuerySaved> TrySaveAsync(Actor actor, DatasetView source, int from, int[] read, BlobRef blob, string? name, string? message, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var datasetId = source.Id;
        var number = 1;
        if (name is not null)
        {
            var dataset = Dataset.Create(source.WorkspaceId, actor.UserId, name, null, now);
            db.Add(dataset);
            datasetId = dataset.Id;
        }
        else
        {
            number = await DatasetVersion.NextNumberAsync(db, datasetId, cancellationToken);
        }

        var said = string.IsNullOrWhiteSpace(message) ? $"A query on {source.Name} v{from}" : message.Trim();
        var version = DatasetVersion.Create(datasetId, number, DatasetVersionCause.Query, name is null ? from : null, said, actor.UserId, now);
        var job = queue.Add(db, QueryText.JobKind, source.WorkspaceId, actor.UserId, datasetId);
        version.ImportFrom(blob, QueryText.FileName, new(), job.Id);
        db.Add(version);
        var parent = version.Parent;
        var sources = await db.Set<DatasetVersion>().Where(v => v.DatasetId == source.Id && read.Contains(v.Number) && v.Number != parent && v.State == DatasetVersionState.Ready)
            .Select(v => v.Id).ToListAsync(cancellationToken);
        db.AddRange(sources.Select(id => VersionSource.Create(version, id)));
        db.Audit(actor, source.WorkspaceId, name is null ? "dataset.version" : "dataset.create", datasetId, $"{name ?? source.Name} v{number} by a query on {source.Name} v{from}", now);
        await db.SaveChangesAsync(cancellationToken);
        queue.Wake();
        news.Publish(Topic.Workspace(source.WorkspaceId), Topic.Dataset(datasetId));
        return new(datasetId, number, job.Id);
    }
}

public sealed record QuerySaved(Guid DatasetId, int VersionNumber, Guid JobId);
