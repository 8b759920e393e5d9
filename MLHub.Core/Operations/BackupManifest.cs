using MLHub.Core.Data;

namespace MLHub.Core.Operations;

/// <summary>What a snapshot holds. It is written last: a snapshot without it was interrupted and counts as none.</summary>
/// <param name="Migration">The schema of the database in it.</param>
/// <param name="Files">Database and keys, each with its hash; blobs have a list of their own among them.</param>
/// <param name="Lost">Blobs that rows named and the store did not have, or had with other bytes.</param>
public sealed record BackupManifest(
    int Format, string Program, DateTime At, DatabaseEngine Engine, string Migration, IReadOnlyList<BackupFile> Files, int Blobs, long BlobBytes, IReadOnlyList<string> Lost)
{
    internal const int CurrentFormat = 1;
}

/// <param name="Name">Path within the snapshot.</param>
public sealed record BackupFile(string Name, long Length, string Sha256);

/// <summary>What a backup, a restore or a verification did.</summary>
/// <param name="Copied">Blobs that were copied now; the others were there already.</param>
public sealed record BackupResult(string Snapshot, DateTime At, int Blobs, long Bytes, int Copied, IReadOnlyList<string> Lost);
