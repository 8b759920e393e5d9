using Microsoft.Extensions.Options;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>
/// Makes an empty server what another one was: blobs first, then keys, the database last, so that an interrupted restore leaves a server
/// that is still empty. The store may be another kind than before; the database has to be the same engine.
/// </summary>
public sealed class HubRestore(DatabaseSnapshot database, HubMigrator migrator, IBlobStore blobs, IOptions<HubOptions> hub)
{
    /// <param name="snapshot"><c>null</c>: the newest one.</param>
    /// <exception cref="InvalidOperationException">The server is not empty, or the backup cannot be used; nothing that counts was changed.</exception>
    public async Task<BackupResult> RunAsync(string source, string? snapshot, CancellationToken cancellationToken)
    {
        migrator.TakeFolder();
        await database.RequireEmptyAsync(cancellationToken);
        using var work = BackupWork.Create(hub.Value);
        var content = await BackupReader.ReadAsync(source, snapshot, work.Path, stream => blobs.PutAsync(stream, cancellationToken), cancellationToken);
        if (content.Manifest.Engine != database.Engine)
        {
            throw new InvalidOperationException(
                $"The backup is of a server with {content.Manifest.Engine}, this one has {database.Engine}. Restore it with MLHub:Database:Engine={content.Manifest.Engine}.");
        }

        PutKeys(work.Path, content.Manifest);
        await database.RestoreAsync(work.Path, content.Manifest, cancellationToken);
        // Whatever this program's schema has beyond that of the backup.
        await migrator.MigrateAsync(cancellationToken);
        await database.ForgetUploadsAsync(cancellationToken);
        await database.ForgetMailsAsync(cancellationToken);
        return new(content.Snapshot, content.Manifest.At, content.Blobs.Count, content.Blobs.Sum(b => b.Length), content.Blobs.Count, content.Lost);
    }

    /// <summary>Reads a backup as a restore would and compares every hash, without any server.</summary>
    public async Task<BackupResult> VerifyAsync(string source, string? snapshot, CancellationToken cancellationToken)
    {
        using var work = BackupWork.Create(hub.Value);
        var content = await BackupReader.ReadAsync(source, snapshot, work.Path, stream => StagingFolder.HashAsync(stream, cancellationToken), cancellationToken);
        return new(content.Snapshot, content.Manifest.At, content.Blobs.Count, content.Blobs.Sum(b => b.Length), 0, content.Lost);
    }

    private void PutKeys(string folder, BackupManifest manifest)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var target = Directory.CreateDirectory(hub.Value.PathOf("keys"), owner | UnixFileMode.UserExecute).FullName;
        foreach (var file in manifest.Files.Where(f => f.Name.StartsWith(BackupNames.Keys, StringComparison.Ordinal)))
        {
            var path = Path.Combine(target, Path.GetFileName(file.Name));
            File.Copy(Path.Combine(folder, file.Name), path, overwrite: true);
            File.SetUnixFileMode(path, owner);
        }
    }
}
