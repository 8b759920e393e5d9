using System.Reflection;
using System.Text;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>
/// Copies everything that makes this server: one moment of its database, its keys, and each blob that the database names at that
/// moment. It may run beside the server that works: blobs never change, and none is collected while the backup runs.
/// </summary>
public sealed class HubBackup(DatabaseSnapshot database, IBlobStore blobs, CollectionGate gate, IOptions<HubOptions> hub, TimeProvider time)
{
    /// <summary>The version that made a backup, for people.</summary>
    internal static string Program => typeof(HubBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Which kind of backup an address means.</summary>
    public static bool IsArchive(string target) => target.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    /// <param name="target">A file that ends in <c>.tar</c>, or a folder, in which further backups share the blobs.</param>
    /// <param name="keep">So many snapshots stay in the folder, with their blobs; 0 keeps all.</param>
    /// <exception cref="InvalidOperationException">The database is not this program's, or is damaged.</exception>
    public async Task<BackupResult> RunAsync(string target, int keep, CancellationToken cancellationToken)
    {
        var migration = await database.RequireSchemaAsync(cancellationToken);
        await using var hold = await gate.HoldAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        // Names of snapshots are moments; a second one within a second takes the next.
        while (Directory.Exists(Path.Combine(target, BackupNames.Snapshots, BackupNames.NewSnapshot(now))))
        {
            now = now.AddSeconds(1);
        }

        using var work = BackupWork.Create(hub.Value);
        var named = await database.WriteAsync(work.Path, cancellationToken);
        CopyKeys(Path.Combine(work.Path, BackupNames.Keys));
        await using var writer = IsArchive(target) ? (IBackupTarget)new ArchiveTarget(target) : new FolderTarget(target);
        var result = await WriteAsync(writer, work.Path, migration, named, now, hold, cancellationToken);
        if (keep > 0 && writer is FolderTarget)
        {
            BackupFolder.Prune(target, keep);
        }

        return result;
    }

    private async Task<BackupResult> WriteAsync(
        IBackupTarget target, string work, string migration, IReadOnlySet<BlobHash> named, DateTime now, CollectionHold hold, CancellationToken cancellationToken)
    {
        var snapshot = BackupNames.NewSnapshot(now);
        var files = new List<BackupFile>();
        foreach (var path in Directory.EnumerateFiles(work, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList())
        {
            await using var content = File.OpenRead(path);
            await AddAsync(Path.GetRelativePath(work, path), content);
        }

        var (list, copied, lost) = await CopyBlobsAsync(target, named, cancellationToken);
        using (var text = new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(list.OrderBy(b => b.Hash.ToString(), StringComparer.Ordinal).Select(b => $"{b.Hash} {b.Length}\n")))))
        {
            await AddAsync(BackupNames.BlobList, text);
        }

        await hold.RequireAsync(cancellationToken);
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, Program, now, database.Engine, migration, files, list.Count, list.Sum(b => b.Length), lost);
        using (var text = new MemoryStream(Encoding.UTF8.GetBytes(HubJson.Write(manifest))))
        {
            await target.WriteAsync(BackupNames.InSnapshot(snapshot, BackupNames.Manifest), text, text.Length, cancellationToken);
        }

        return new(snapshot, now, list.Count, manifest.BlobBytes, copied, lost);

        async Task AddAsync(string name, Stream content)
        {
            var written = await target.WriteAsync(BackupNames.InSnapshot(snapshot, name), content, content.Length, cancellationToken);
            files.Add(new(name, written.Length, written.Hash.ToString()));
        }
    }

    private async Task<(List<BlobRef> Blobs, int Copied, List<string> Lost)> CopyBlobsAsync(IBackupTarget target, IReadOnlySet<BlobHash> named, CancellationToken cancellationToken)
    {
        var (found, lost, copied) = (new List<BlobRef>(), new List<string>(), 0);
        var results = new Lock();
        await Parallel.ForEachAsync(named, new ParallelOptions { MaxDegreeOfParallelism = target.Lanes, CancellationToken = cancellationToken }, async (hash, token) =>
        {
            var copy = await CopyAsync(target, hash, token);
            lock (results)
            {
                if (copy is { Blob: var blob, IsNew: var isNew })
                {
                    found.Add(blob);
                    copied += isNew ? 1 : 0;
                }
                else
                {
                    lost.Add(hash.ToString());
                }
            }
        });
        lost.Sort(StringComparer.Ordinal);
        return (found, copied, lost);
    }

    /// <returns><c>null</c> when the store does not have the blob, or has other bytes under its name.</returns>
    private async Task<BlobCopy?> CopyAsync(IBackupTarget target, BlobHash hash, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await blobs.OpenAsync(hash, cancellationToken);
            var blob = new BlobRef(hash, content.Length);
            if (target.Has(blob))
            {
                return new(blob, false);
            }

            if (await target.WriteAsync(BackupNames.Of(hash), content, blob.Length, cancellationToken) == blob)
            {
                return new(blob, true);
            }

            target.Discard(BackupNames.Of(hash));
            return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void CopyKeys(string target)
    {
        Directory.CreateDirectory(target);
        var keys = new DirectoryInfo(hub.Value.PathOf("keys"));
        foreach (var key in keys.Exists ? keys.EnumerateFiles().Where(f => BackupNames.IsFile(BackupNames.Keys + f.Name)) : [])
        {
            key.CopyTo(Path.Combine(target, key.Name));
        }
    }

    private sealed record BlobCopy(BlobRef Blob, bool IsNew);
}
