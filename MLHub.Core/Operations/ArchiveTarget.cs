using System.Formats.Tar;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>A backup as one tar file, in the layout of the folder: unpacked it is one. It appears under its name when it is whole.</summary>
internal sealed class ArchiveTarget : IBackupTarget
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _file;
    private readonly TarWriter _tar;
    private bool _isWhole;

    public ArchiveTarget(string path)
    {
        _path = Path.GetFullPath(path);
        _partial = _path + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _file = new FileStream(_partial, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous, UnixCreateMode = Private });
        _tar = new TarWriter(_file, TarEntryFormat.Pax, leaveOpen: true);
    }

    public int Lanes => 1;

    public bool Has(BlobRef blob) => false;

    public async Task<BlobRef> WriteAsync(string name, Stream content, long length, CancellationToken cancellationToken)
    {
        using var hashed = new HashedStream(content, length);
        await _tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = hashed, Mode = Private }, cancellationToken);
        _isWhole = name.EndsWith("/" + BackupNames.Manifest, StringComparison.Ordinal);
        return hashed.Finish();
    }

    /// <summary>An archive cannot forget; whoever reads it compares hashes.</summary>
    public void Discard(string name)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _tar.DisposeAsync();
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync();
        if (_isWhole)
        {
            Posix.Rename(_partial, _path);
            Posix.SyncDirectory(Path.GetDirectoryName(_path)!);
        }
        else
        {
            File.Delete(_partial);
        }
    }
}
