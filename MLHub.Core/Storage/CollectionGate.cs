using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>
/// Keeps garbage collection away while somebody reads many blobs by a list made earlier: a backup, a check. Many may hold it at once;
/// a collection that finds it held removes nothing and comes again. It works between processes: by a lock of the file system beside
/// SQLite, by an advisory lock in PostgreSQL, where servers and backups may be on different machines. Both end with their process.
/// </summary>
public sealed class CollectionGate(IOptions<HubOptions> hub, IDbContextFactory<HubDbContext> contexts)
{
    /// <summary>Ours among the advisory locks of a database: "MLHubBlb" as bytes.</summary>
    private const long LockKey = 0x4D4C_4875_6242_6C62;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for a collection that runs just now. Blobs that are named after this returns stay until the hold is disposed.</summary>
    public async Task<CollectionHold> HoldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAsync(isCollection: false, cancellationToken) is { } hold)
            {
                return hold;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <returns><c>null</c> while somebody holds the blobs, or collects them already.</returns>
    public Task<CollectionHold?> TryCollectAsync(CancellationToken cancellationToken) => TryAsync(isCollection: true, cancellationToken);

    private async Task<CollectionHold?> TryAsync(bool isCollection, CancellationToken cancellationToken)
    {
        if (hub.Value.Database.Engine == DatabaseEngine.Sqlite)
        {
            try
            {
                Directory.CreateDirectory(hub.Value.ResolvedDataPath);
                return new(new FileStream(hub.Value.PathOf(".collection"), FileMode.OpenOrCreate, FileAccess.Read, isCollection ? FileShare.None : FileShare.Read));
            }
            catch (IOException)
            {
                return null;
            }
        }

        var db = await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            var suffix = isCollection ? "" : "_shared";
            if (await CallAsync(db, $"SELECT pg_try_advisory_lock{suffix}({LockKey})", cancellationToken))
            {
                return new(db, $"SELECT pg_advisory_unlock{suffix}({LockKey})");
            }
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }

        await db.DisposeAsync();
        return null;
    }

    internal static async Task<bool> CallAsync(HubDbContext db, string sql, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}

/// <summary>Dispose it to let collections go on.</summary>
public sealed class CollectionHold : IAsyncDisposable
{
    private readonly FileStream? _file;
    private readonly HubDbContext? _session;
    private readonly string _release = "";

    internal CollectionHold(FileStream file) => _file = file;

    internal CollectionHold(HubDbContext session, string release)
    {
        _session = session;
        _release = release;
    }

    /// <exception cref="InvalidOperationException">The database was restarted meanwhile, and the lock is gone with the session.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (_session is not null && !await IsAliveAsync(_session, cancellationToken))
        {
            throw new InvalidOperationException("The connection to the database was lost in between. Start again.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            try
            {
                // A pooled connection lives on; its locks must not.
                await CollectionGate.CallAsync(_session, _release, CancellationToken.None);
            }
            catch (System.Data.Common.DbException)
            {
                // The session is gone, and the lock with it.
            }

            await _session.DisposeAsync();
        }

        if (_file is not null)
        {
            await _file.DisposeAsync();
        }
    }

    private static async Task<bool> IsAliveAsync(HubDbContext session, CancellationToken cancellationToken)
    {
        try
        {
            return await CollectionGate.CallAsync(session, "SELECT true", cancellationToken);
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }
}
