using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>
/// Says whether what the rows claim is true: every blob that they name is there with the right bytes, nothing hangs between two states,
/// nobody is locked out. It may run beside a working server; it changes nothing unless told to repair.
/// </summary>
public sealed class HubCheck(
    DatabaseSnapshot database, IDbContextFactory<HubDbContext> contexts, IBlobStore blobs, BlobCollector collector, CollectionGate gate, BlobSeal seal,
    StagingFolder staging, HubMigrator migrator, IOptions<StorageOptions> storage, TimeProvider time)
{
    public async Task<CheckReport> RunAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        await database.RequireSchemaAsync(cancellationToken);
        if (request.Repair)
        {
            // Removing blobs is kept apart from storing them within one process only.
            migrator.TakeFolder();
        }

        var (findings, repaired) = (new List<Finding>(), new List<Finding>());
        int count;
        long bytes;
        await using (await gate.HoldAsync(cancellationToken))
        {
            Dictionary<BlobHash, BlobNaming> named;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                // Large tables take as long as they take.
                db.Database.SetCommandTimeout(0);
                // One moment: what changes meanwhile must not look like a contradiction.
                await using var moment = await BeginReadingAsync(db, cancellationToken);
                if (database.Engine == DatabaseEngine.Sqlite)
                {
                    findings.AddRange(await SqliteCheck.RunAsync(db, cancellationToken));
                }

                named = await BlobNaming.ReadAsync(db, cancellationToken);
                findings.AddRange(await StateCheck.RunAsync(db, seal, cancellationToken));
            }

            var stored = new Dictionary<BlobHash, StoredBlob>();
            await foreach (var blob in blobs.ListAsync(cancellationToken))
            {
                stored[blob.Hash] = blob;
            }

            (count, bytes) = (stored.Count, stored.Values.Sum(b => b.Length));
            foreach (var naming in named.Values)
            {
                if (await LookAsync(naming, stored.GetValueOrDefault(naming.Hash), request.IsQuick, cancellationToken) is { } finding)
                {
                    (await PutBackAsync(naming.Hash, request.From, cancellationToken) ? repaired : findings).Add(finding);
                }
            }

            findings.AddRange(Orphans(stored.Values.Where(b => !named.ContainsKey(b.Hash))));
            findings.AddRange(await LeftoversAsync(request.Repair ? repaired : null, cancellationToken));
        }

        if (request.Repair && findings.RemoveAll(f => f.Code == "BLOB_ORPHAN") > 0)
        {
            var census = await collector.CollectAsync(cancellationToken);
            repaired.Add(new("BLOB_ORPHAN", $"{census.Removed} blobs of {census.RemovedBytes} bytes that nothing named were removed", true));
        }

        return new(count, bytes, !request.IsQuick, findings, repaired);
    }

    /// <summary>On SQLite without the lock for writing, which EF Core would take.</summary>
    private static async Task<IAsyncDisposable> BeginReadingAsync(HubDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        return db.Database.GetDbConnection() is SqliteConnection sqlite
            ? (await db.Database.UseTransactionAsync(sqlite.BeginTransaction(deferred: true), cancellationToken))!
            : await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
    }

    private async Task<Finding?> LookAsync(BlobNaming naming, StoredBlob? stored, bool isQuick, CancellationToken cancellationToken)
    {
        // It may have been stored after the list was made.
        if (stored is null && !await blobs.ExistsAsync(naming.Hash, cancellationToken))
        {
            return new("BLOB_MISSING", $"{naming.Hash} is missing; {naming.By} names it");
        }

        if (stored is not null && naming.Length is { } length && stored.Length != length)
        {
            return new("BLOB_LENGTH", $"{naming.Hash} has {stored.Length} bytes instead of {length}; {naming.By} names it");
        }

        if (!isQuick)
        {
            await using var content = await blobs.OpenAsync(naming.Hash, cancellationToken);
            if ((await StagingFolder.HashAsync(content, cancellationToken)).Hash != naming.Hash)
            {
                return new("BLOB_DAMAGED", $"{naming.Hash} has other bytes than were stored; {naming.By} names it");
            }
        }

        return null;
    }

    private async Task<bool> PutBackAsync(BlobHash hash, string? backup, CancellationToken cancellationToken)
    {
        var path = backup is null ? null : Path.Combine(backup, BackupNames.Of(hash));
        if (path is null || !File.Exists(path))
        {
            return false;
        }

        await using var content = File.OpenRead(path);
        if ((await StagingFolder.HashAsync(content, cancellationToken)).Hash != hash)
        {
            return false;
        }

        // A store keeps what it has under a name, damaged or not.
        await blobs.DeleteAsync(hash, DateTime.MaxValue, cancellationToken);
        content.Position = 0;
        return (await blobs.PutAsync(content, cancellationToken)).Hash == hash;
    }

    private IEnumerable<Finding> Orphans(IEnumerable<StoredBlob> unnamed)
    {
        var old = time.GetUtcNow().UtcDateTime - TimeSpan.FromHours(storage.Value.GraceHours);
        var orphans = unnamed.Where(b => b.StoredAt < old).ToList();
        if (orphans.Count > 0)
        {
            yield return new("BLOB_ORPHAN", $"{orphans.Count} blobs of {orphans.Sum(b => b.Length)} bytes are named by nothing; mlhub gc or the server's next sweep removes them", true);
        }
    }

    /// <summary>Files in the staging folder that belong to no upload. Those of other things in the making are young.</summary>
    private async Task<List<Finding>> LeftoversAsync(List<Finding>? repaired, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var old = time.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (var file in new DirectoryInfo(staging.Root) is { Exists: true } folder ? folder.EnumerateFiles().Where(f => f.LastWriteTimeUtc < old).ToList() : [])
        {
            if (Guid.TryParse(file.Name, out var id) && await db.Set<Upload>().AnyAsync(u => u.Id == id, cancellationToken))
            {
                continue;
            }

            var finding = new Finding("STAGING_LEFTOVER", $"{file.Name} of {file.Length} bytes in the staging folder belongs to no upload", true);
            if (repaired is not null)
            {
                file.Delete();
            }

            (repaired ?? findings).Add(finding);
        }

        return findings;
    }
}
