using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLHub.Core.Data;

/// <summary>
/// Brings the database to this program's schema before anything else runs. On SQLite it first takes the data folder for this
/// process alone, checks the file, and migrates a copy that then takes its place; on PostgreSQL EF Core's own lock lets one of
/// several starting servers migrate while the others wait.
/// </summary>
public sealed partial class HubMigrator(IDbContextFactory<HubDbContext> contexts, IOptions<HubOptions> options, TimeProvider time, ILogger<HubMigrator> logger) : IDisposable
{
    private FileStream? _folderLock;

    /// <exception cref="InvalidOperationException">Another MLHub uses the folder, the database is newer than the program, or it is damaged.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var hub = options.Value;
        TakeFolder();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (hub.Database.Engine == DatabaseEngine.Sqlite)
        {
            await PrepareSqliteAsync(db, hub, cancellationToken);
        }

        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.CanConnectAsync(cancellationToken) ? await db.Database.GetAppliedMigrationsAsync(cancellationToken) : [];
        if (applied.FirstOrDefault(m => !known.Contains(m)) is { } newer)
        {
            throw new InvalidOperationException($"The database was written by a newer MLHub (migration {newer}). Start that version, or restore a backup made with this one.");
        }

        if (hub.Database.Engine == DatabaseEngine.Postgres)
        {
            await db.Database.MigrateAsync(cancellationToken);
        }
        else if (known.Count > applied.Count())
        {
            await MigrateCopyAsync(db, hub.PathOf("mlhub.db"), cancellationToken);
        }
    }

    /// <summary>Makes the data folder; with SQLite it then belongs to this process until it ends.</summary>
    /// <exception cref="InvalidOperationException">Another MLHub uses it.</exception>
    public void TakeFolder()
    {
        var hub = options.Value;
        Directory.CreateDirectory(hub.ResolvedDataPath);
        if (_folderLock is not null || hub.Database.Engine != DatabaseEngine.Sqlite)
        {
            return;
        }

        try
        {
            _folderLock = new FileStream(hub.PathOf(".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException(
                $"Another MLHub is running on {hub.ResolvedDataPath}. Stop it, or give this one a folder of its own with the setting MLHub:DataPath.");
        }
    }

    public void Dispose() => _folderLock?.Dispose();

    private async Task PrepareSqliteAsync(HubDbContext db, HubOptions hub, CancellationToken cancellationToken)
    {
        var file = hub.PathOf("mlhub.db");
        if (!File.Exists(file))
        {
            return;
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
        if (await ScalarAsync(db, "PRAGMA quick_check(1)", cancellationToken) is var check and not "ok")
        {
            throw new InvalidOperationException($"The database {file} is damaged ({check}). Restore the newest backup.");
        }

        var mode = await ScalarAsync(db, "PRAGMA journal_mode=WAL", cancellationToken);
        if (mode != "wal")
        {
            throw new InvalidOperationException($"SQLite cannot use its write-ahead log in {hub.ResolvedDataPath} (it answered '{mode}'). Network folders do not work; use a local disk.");
        }

        // A start of an older program that was killed inside a migration leaves EF Core's lock row behind and would block every later
        // start. We hold the folder, so no living process owns it.
        if (await ScalarAsync(db, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'", cancellationToken) == "1"
            && await db.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", cancellationToken) > 0)
        {
            Log.StaleLockRemoved(logger);
        }

        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any() && (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
        {
            await CopyAsideAsync(db, hub, cancellationToken);
        }

        await db.Database.CloseConnectionAsync();
    }

    /// <summary>A consistent copy before the schema changes; SQLite's online backup, because copying a live WAL database is not one.</summary>
    private async Task CopyAsideAsync(HubDbContext db, HubOptions hub, CancellationToken cancellationToken)
    {
        var folder = hub.PathOf("backups");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"before-migration-{time.GetUtcNow():yyyyMMdd-HHmmss}.db");
        await using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        await copy.OpenAsync(cancellationToken);
        ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy);
        Log.CopiedAside(logger, path);
    }

    /// <summary>
    /// SQLite makes some tables anew to change them, which is more than one transaction: a start that is killed in between must find
    /// the old schema or the new one.
    /// </summary>
    private static async Task MigrateCopyAsync(HubDbContext db, string file, CancellationToken cancellationToken)
    {
        var copy = file + ".migrating";
        File.Delete(copy);
        SqliteFile.DeleteLog(copy);
        var text = db.Database.GetConnectionString();
        var copyText = new SqliteConnectionStringBuilder(text) { DataSource = copy, Pooling = false }.ToString();
        if (File.Exists(file))
        {
            await using var connection = new SqliteConnection(copyText);
            await connection.OpenAsync(cancellationToken);
            await db.Database.OpenConnectionAsync(cancellationToken);
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(connection);
            await db.Database.CloseConnectionAsync();
        }

        db.Database.SetConnectionString(copyText);
        await db.Database.MigrateAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await ScalarAsync(db, "PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
        await db.Database.CloseConnectionAsync();
        SqliteFile.Replace(file, copy);
        db.Database.SetConnectionString(text);
    }

    private static async Task<string?> ScalarAsync(HubDbContext db, string sql, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A migration had been interrupted; its stale lock was removed")]
        public static partial void StaleLockRemoved(ILogger logger);

        [LoggerMessage(LogLevel.Information, "The database was copied to {Path} before the migration")]
        public static partial void CopiedAside(ILogger logger, string path);
    }
}
