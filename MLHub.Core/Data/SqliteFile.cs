using Microsoft.Data.Sqlite;
using MLHub.Core.Storage;

namespace MLHub.Core.Data;

/// <summary>The embedded database as a file.</summary>
internal static class SqliteFile
{
    /// <summary>
    /// Puts one whole file, without a log beside it, in place of the database. Cut off, either the old or the new one is there.
    /// Nobody else may have the database open.
    /// </summary>
    public static void Replace(string database, string with)
    {
        // Connections that are kept open hold the file, and the last one to close takes the log into it.
        SqliteConnection.ClearAllPools();
        using (var file = new FileStream(with, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        // A log of the old file would be taken for one of the new.
        DeleteLog(database);
        Posix.Rename(with, database);
        Posix.SyncDirectory(Path.GetDirectoryName(database)!);
    }

    public static void DeleteLog(string database)
    {
        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
    }
}
