using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>
/// A backup as a folder: snapshots of database and keys, and beside them one pool of blobs that they share, so that each further
/// backup copies only what is new. Nobody but its owner may read it: the keys in it sign sessions.
/// </summary>
internal sealed class FolderTarget : IBackupTarget
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _root;
    private readonly FileStream _lock;

    public FolderTarget(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root, Private | UnixFileMode.UserExecute);
        try
        {
            _lock = new FileStream(Path.Combine(_root, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another backup is being written to {_root}.");
        }
    }

    public int Lanes => 4;

    public bool Has(BlobRef blob) => new FileInfo(PathOf(BackupNames.Of(blob.Hash))) is { Exists: true } file && file.Length == blob.Length;

    public async Task<BlobRef> WriteAsync(string name, Stream content, long length, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, Private | UnixFileMode.UserExecute);
        try
        {
            using var hashed = new HashedStream(content, length);
            await using (var file = new FileStream(partial, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = Private }))
            {
                await hashed.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            Posix.Rename(partial, path);
            Posix.SyncDirectory(Path.GetDirectoryName(path)!);
            return hashed.Finish();
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    public void Discard(string name) => File.Delete(PathOf(name));

    public ValueTask DisposeAsync() => _lock.DisposeAsync();

    private string PathOf(string name) => Path.Combine(_root, name);
}
