using MLHub.Core.Data;

namespace MLHub.Core.Operations;

/// <summary>A private folder on the disk of the server's state, because a database may not fit into the system's temporary one.</summary>
internal sealed class BackupWork : IDisposable
{
    private BackupWork(string path) => Path = path;

    public string Path { get; }

    public static BackupWork Create(HubOptions hub) =>
        new(Directory.CreateDirectory(hub.PathOf($"backups/{Guid.NewGuid():N}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
