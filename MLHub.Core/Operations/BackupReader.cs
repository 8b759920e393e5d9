using System.Formats.Tar;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>Reads a backup, folder or archive, from its beginning to its end and believes nothing that its hashes do not confirm.</summary>
internal static class BackupReader
{
    /// <summary>Takes the files of a snapshot into a folder and hands over each blob.</summary>
    /// <param name="snapshot"><c>null</c>: the newest one.</param>
    /// <param name="take">Gets what is said to be a blob, and answers what it really was.</param>
    /// <exception cref="InvalidOperationException">There is no whole backup, or one of the files in it is damaged.</exception>
    public static async Task<BackupContent> ReadAsync(string source, string? snapshot, string folder, Func<Stream, Task<BlobRef>> take, CancellationToken cancellationToken)
    {
        var (name, found) = HubBackup.IsArchive(source)
            ? await ReadArchiveAsync(source, folder, take, cancellationToken)
            : await ReadFolderAsync(source, snapshot, folder, take, cancellationToken);
        var manifest = BackupFolder.ReadManifest(Path.Combine(folder, BackupNames.Manifest));
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || await HashAsync(path, cancellationToken) is var blob && (blob.Length != file.Length || blob.Hash.ToString() != file.Sha256))
            {
                throw new InvalidOperationException($"The backup is damaged: {file.Name} is missing or has other bytes.");
            }
        }

        var listed = BackupFolder.ReadBlobs(Path.Combine(folder, BackupNames.BlobList)).ToList();
        return new(name, manifest, listed, [.. listed.Where(b => !found.Contains(b)).Select(b => b.Hash.ToString()), .. manifest.Lost]);
    }

    private static async Task<(string Snapshot, HashSet<BlobRef> Found)> ReadFolderAsync(
        string root, string? snapshot, string folder, Func<Stream, Task<BlobRef>> take, CancellationToken cancellationToken)
    {
        var snapshots = BackupFolder.Snapshots(root);
        var chosen = snapshot ?? snapshots.LastOrDefault() ?? throw new InvalidOperationException($"There is no backup in {root}.");
        if (!snapshots.Contains(chosen))
        {
            throw new InvalidOperationException($"There is no snapshot {chosen}. There are: {string.Join(", ", snapshots)}.");
        }

        var names = BackupFolder.Manifest(root, chosen).Files.Select(f => f.Name).Append(BackupNames.Manifest);
        foreach (var name in names.Where(n => File.Exists(BackupFolder.PathOf(root, chosen, n))))
        {
            await using var file = File.OpenRead(BackupFolder.PathOf(root, chosen, name));
            await SaveAsync(file, Path.Combine(folder, name), cancellationToken);
        }

        var found = new HashSet<BlobRef>();
        foreach (var path in File.Exists(Path.Combine(folder, BackupNames.BlobList)) ? BackupFolder.ReadBlobs(Path.Combine(folder, BackupNames.BlobList)).Select(b => Path.Combine(root, BackupNames.Of(b.Hash))) : [])
        {
            if (File.Exists(path))
            {
                await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
                found.Add(await take(content));
            }
        }

        return (chosen, found);
    }

    private static async Task<(string Snapshot, HashSet<BlobRef> Found)> ReadArchiveAsync(string path, string folder, Func<Stream, Task<BlobRef>> take, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"There is no file {path}.");
        }

        var (chosen, found) = ("", new HashSet<BlobRef>());
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var tar = new TarReader(file);
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                var content = entry.DataStream ?? Stream.Null;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    continue;
                }

                if (BackupNames.TryParseBlob(entry.Name, out _))
                {
                    found.Add(await take(content));
                }
                else if (BackupNames.TryParseFile(entry.Name, out var snapshot, out var name))
                {
                    chosen = snapshot;
                    await SaveAsync(content, Path.Combine(folder, name), cancellationToken);
                }
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidOperationException($"{path} is damaged or was cut off.", damaged);
        }

        return File.Exists(Path.Combine(folder, BackupNames.Manifest)) ? (chosen, found) : throw new InvalidOperationException($"{path} holds no whole backup.");
    }

    private static async Task SaveAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        await content.CopyToAsync(file, cancellationToken);
    }

    private static async Task<BlobRef> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await StagingFolder.HashAsync(file, cancellationToken);
    }
}

/// <param name="Lost">Blobs that should be there and are not, or have other bytes.</param>
internal sealed record BackupContent(string Snapshot, BackupManifest Manifest, IReadOnlyList<BlobRef> Blobs, IReadOnlyList<string> Lost);
