using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Files that belong to runs: pictures, model files, reports. The server stores and returns them and never looks inside.</summary>
public sealed class RunArtifactService(
    IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IBlobStore blobs, StorageQuota quota, IOptions<ExperimentOptions> options, TimeProvider time, News news)
{
    /// <summary>What lies in a folder of the run: folders first, then files, by name.</summary>
    /// <param name="folder"><c>null</c> or empty: the top.</param>
    public async Task<IReadOnlyList<ArtifactEntry>> ListAsync(Actor actor, Guid runId, string? folder, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, WorkspaceRole.Reader, cancellationToken);
        var prefix = string.IsNullOrEmpty(folder) ? "" : RunArtifact.RequirePath(folder.TrimEnd('/')) + "/";
        var files = await db.Set<RunArtifact>().AsNoTracking().Where(a => a.RunId == runId && a.Path.StartsWith(prefix)).OrderBy(a => a.Path).ToListAsync(cancellationToken);
        return
        [
            .. files.GroupBy(f => f.Path[prefix.Length..].Split('/', 2) is [var first, _] ? first + "/" : f.Path[prefix.Length..])
                .Select(g => g.Key.EndsWith('/')
                    ? new ArtifactEntry(prefix + g.Key.TrimEnd('/'), true, g.Sum(f => f.Length), g.Max(f => f.CreatedAt))
                    : new ArtifactEntry(prefix + g.Key, false, g.First().Length, g.First().CreatedAt))
                .OrderByDescending(e => e.IsFolder).ThenBy(e => e.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>Stores a file; one that stands under this path is replaced.</summary>
    public async Task<ArtifactEntry> PutAsync(Actor actor, Guid runId, string path, Stream content, long? length, CancellationToken cancellationToken)
    {
        RunArtifact.RequirePath(path);
        var limit = options.Value.MaxArtifactMegabytes * 1024L * 1024;
        Func<Exception> refuse = TooLarge;
        if (length > limit)
        {
            throw TooLarge();
        }

        await using (var before = await contexts.CreateDbContextAsync(cancellationToken))
        {
            // Nobody fills the disk who may not write here.
            var where = await RequireAsync(before, actor, runId, WorkspaceRole.Editor, cancellationToken);
            await RequireRoomAsync(before, runId, path, cancellationToken);
            var left = await quota.RequireAsync(actor.UserId, where, length ?? 0, cancellationToken);
            if (left < limit)
            {
                (limit, refuse) = (left.Value, () => StorageQuota.Exceeded("Your storage is used up", left.Value));
            }
        }

        var stored = await blobs.PutAsync(new CountedStream(content, limit, refuse), cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspaceId = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        await using var transaction = await RunLock.BeginAsync(db, runId, cancellationToken);
        await RequireRoomAsync(db, runId, path, cancellationToken);
        var artifact = await db.Set<RunArtifact>().SingleOrDefaultAsync(a => a.RunId == runId && a.Path == path, cancellationToken);
        if (artifact is null)
        {
            db.Add(artifact = RunArtifact.Create(runId, path, stored, actor.UserId, Now));
        }
        else
        {
            artifact.Replace(stored, actor.UserId, Now);
        }

        var run = await LivingRuns.Of(db).SingleOrDefaultAsync(r => r.Id == runId, cancellationToken) ?? throw HubException.NotFound("run");
        if (run.Source == RunSource.External && !run.IsOver)
        {
            run.Hear(Now);
        }

        db.Audit(actor, workspaceId, "run.artifact", runId, path, Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(Topic.Run(runId));
        return new(path, false, stored.Length, artifact.CreatedAt);
    }

    public async Task<ArtifactContent> OpenAsync(Actor actor, Guid runId, string path, CancellationToken cancellationToken)
    {
        RunArtifact.RequirePath(path);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, runId, WorkspaceRole.Reader, cancellationToken);
        var artifact = await db.Set<RunArtifact>().AsNoTracking().SingleOrDefaultAsync(a => a.RunId == runId && a.Path == path, cancellationToken)
            ?? throw HubException.NotFound("artifact");
        return new(path, artifact.Length, await blobs.OpenAsync(artifact.Hash, cancellationToken));
    }

    /// <summary>Removes a file, or a folder with all that lies in it.</summary>
    public async Task DeleteAsync(Actor actor, Guid runId, string path, CancellationToken cancellationToken)
    {
        RunArtifact.RequirePath(path);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspaceId = await RequireAsync(db, actor, runId, WorkspaceRole.Editor, cancellationToken);
        var folder = path + "/";
        var gone = await db.Set<RunArtifact>().Where(a => a.RunId == runId && (a.Path == path || a.Path.StartsWith(folder))).ToListAsync(cancellationToken);
        if (gone.Count == 0)
        {
            throw HubException.NotFound("artifact");
        }

        db.RemoveRange(gone);
        db.Audit(actor, workspaceId, "run.artifact.delete", runId, path, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Run(runId));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private HubException TooLarge() => new(Refusal.TooLarge, $"An artifact may have up to {options.Value.MaxArtifactMegabytes} MB here. Split it.", "FILE_TOO_LARGE");

    /// <summary>A path is a file or a folder, never both; and there is an end to how many.</summary>
    private async Task RequireRoomAsync(HubDbContext db, Guid runId, string path, CancellationToken cancellationToken)
    {
        var parents = path.Split('/').SkipLast(1).Aggregate(new List<string>(), (all, part) => [.. all, all.Count == 0 ? part : $"{all[^1]}/{part}"]);
        var folder = path + "/";
        var others = db.Set<RunArtifact>().Where(a => a.RunId == runId);
        if (await others.AnyAsync(a => parents.Contains(a.Path) || a.Path.StartsWith(folder), cancellationToken))
        {
            throw HubException.Conflict("A file and a folder cannot have the same path. Choose another one.", "PATH_TAKEN");
        }

        if (await others.CountAsync(a => a.Path != path, cancellationToken) >= options.Value.MaxArtifactsPerRun)
        {
            throw HubException.Conflict($"A run has at most {options.Value.MaxArtifactsPerRun} artifacts. Pack them into an archive.", "TOO_MANY_ARTIFACTS");
        }
    }

    private async Task<Guid> RequireAsync(HubDbContext db, Actor actor, Guid runId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var runs = role == WorkspaceRole.Reader ? db.Set<Run>().Where(r => r.DeletedAt == null) : LivingRuns.Of(db);
        var workspaceId = await runs.Where(r => r.Id == runId).Select(r => (Guid?)r.WorkspaceId).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("run");
        await access.RequireAsync(actor, workspaceId, role, "run", cancellationToken);
        return workspaceId;
    }

    /// <summary>Passes bytes through until there are too many.</summary>
    private sealed class CountedStream(Stream inner, long limit, Func<Exception> refuse) : Stream
    {
        private long _count;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _count;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _count += read;
            return _count <= limit ? read : throw refuse();
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <param name="Path">From the run's top.</param>
/// <param name="Length">Of a folder the sum of what lies in it.</param>
public sealed record ArtifactEntry(string Path, bool IsFolder, long Length, DateTime ChangedAt);

public sealed record ArtifactContent(string Path, long Length, Stream Content);
