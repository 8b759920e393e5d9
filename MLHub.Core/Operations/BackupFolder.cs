using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>A backup that lies in a folder.</summary>
internal static class BackupFolder
{
    /// <summary>Names of the snapshots that are whole, oldest first.</summary>
    public static IReadOnlyList<string> Snapshots(string root)
    {
        var folder = new DirectoryInfo(Path.Combine(root, BackupNames.Snapshots));
        return folder.Exists
            ? [.. folder.EnumerateDirectories().Where(d => File.Exists(Path.Combine(d.FullName, BackupNames.Manifest))).Select(d => d.Name).Order(StringComparer.Ordinal)]
            : [];
    }

    public static string PathOf(string root, string snapshot, string name) => Path.Combine(root, BackupNames.InSnapshot(snapshot, name));

    public static BackupManifest Manifest(string root, string snapshot) => ReadManifest(PathOf(root, snapshot, BackupNames.Manifest));

    /// <exception cref="InvalidOperationException">It is none, or of a later format.</exception>
    public static BackupManifest ReadManifest(string path)
    {
        BackupManifest? manifest;
        try
        {
            manifest = HubJson.Read<BackupManifest>(File.ReadAllText(path));
        }
        catch (System.Text.Json.JsonException)
        {
            manifest = null;
        }

        return manifest switch
        {
            null or { Files: null } => throw new InvalidOperationException($"{path} is damaged."),
            { Format: > BackupManifest.CurrentFormat } => throw new InvalidOperationException($"The backup was made by a newer MLHub ({manifest.Program}). Use that version or a later one."),
            _ when manifest.Files.Any(f => !BackupNames.IsFile(f.Name)) => throw new InvalidOperationException($"{path} names files that no backup has."),
            _ => manifest,
        };
    }

    public static IEnumerable<BlobRef> ReadBlobs(string path) =>
        from line in File.ReadLines(path)
        let words = line.Split(' ')
        where words.Length == 2
        select new BlobRef(BlobHash.Parse(words[0]), long.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Removes all but the newest snapshots, those that were interrupted, and the blobs that none of the rest names.</summary>
    public static void Prune(string root, int keep)
    {
        var kept = Snapshots(root).TakeLast(keep).ToHashSet(StringComparer.Ordinal);
        foreach (var old in new DirectoryInfo(Path.Combine(root, BackupNames.Snapshots)).EnumerateDirectories().Where(d => !kept.Contains(d.Name)))
        {
            // Without its manifest it counts as none, wherever this is interrupted.
            File.Delete(Path.Combine(old.FullName, BackupNames.Manifest));
            old.Delete(recursive: true);
        }

        var named = kept.SelectMany(s => ReadBlobs(PathOf(root, s, BackupNames.BlobList))).Select(b => b.Hash.ToString()).ToHashSet(StringComparer.Ordinal);
        var blobs = new DirectoryInfo(Path.Combine(root, "blobs"));
        foreach (var file in blobs.Exists ? blobs.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => !named.Contains(f.Name)) : [])
        {
            file.Delete();
        }
    }
}
