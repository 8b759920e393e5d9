using System.Data;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Mail;
using MLHub.Core.Storage;
using Npgsql;

namespace MLHub.Core.Operations;

/// <summary>
/// One moment of the database as files, taken while others write: SQLite's online backup, or every table of PostgreSQL copied within
/// one repeatable-read transaction. Neither needs a program beside MLHub.
/// </summary>
public sealed class DatabaseSnapshot(IDbContextFactory<HubDbContext> contexts, IOptions<HubOptions> options)
{
    private const string History = "__EFMigrationsHistory";

    /// <summary>A large table takes as long as it takes.</summary>
    private const int Unlimited = 0;

    public DatabaseEngine Engine => options.Value.Database.Engine;

    /// <summary>The newest migration of the database; it must be this program's own.</summary>
    /// <exception cref="InvalidOperationException">There is no database, or it is older or newer than this program.</exception>
    public async Task<string> RequireSchemaAsync(CancellationToken cancellationToken)
    {
        if (Engine == DatabaseEngine.Sqlite && !File.Exists(options.Value.PathOf("mlhub.db")))
        {
            throw new InvalidOperationException($"There is no database in {options.Value.ResolvedDataPath}. Give the folder of the server with --MLHub:DataPath=….");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return known.SequenceEqual(applied)
            ? known[^1]
            : throw new InvalidOperationException("The database does not have the schema of this program. Use the program of the same version as the server.");
    }

    /// <summary>Writes the snapshot into an empty folder.</summary>
    /// <returns>The blobs that it names, once each.</returns>
    public async Task<IReadOnlySet<BlobHash>> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Database.SetCommandTimeout(Unlimited);
        if (Engine == DatabaseEngine.Postgres)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await CopyOutAsync(db, Directory.CreateDirectory(Path.Combine(folder, BackupNames.Tables)).FullName, cancellationToken);
            return await NamedAsync(db, cancellationToken);
        }

        var path = Path.Combine(folder, BackupNames.SqliteFile);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var copyText = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        await using (var copy = new SqliteConnection(copyText))
        {
            await copy.OpenAsync(cancellationToken);
            await db.Database.OpenConnectionAsync(cancellationToken);
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy);
            // One file, without a log beside it.
            await ScalarAsync(copy, "PRAGMA journal_mode=DELETE", cancellationToken);
            if (await ScalarAsync(copy, "PRAGMA integrity_check(1)", cancellationToken) is var check and not "ok")
            {
                throw new InvalidOperationException($"The database is damaged ({check}); a backup of it would be, too. Run mlhub fsck.");
            }
        }

        await using var copied = new SqliteHubDbContext(new DbContextOptionsBuilder<SqliteHubDbContext>().UseSqlite(copyText).Options);
        return await NamedAsync(copied, cancellationToken);
    }

    /// <summary>Refuses a target in which somebody has an account: a restore never overwrites anybody's work.</summary>
    public async Task RequireEmptyAsync(CancellationToken cancellationToken)
    {
        if (Engine == DatabaseEngine.Sqlite && !File.Exists(options.Value.PathOf("mlhub.db")))
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Database.CanConnectAsync(cancellationToken))
        {
            throw new InvalidOperationException("The database does not answer. Create it, empty, or correct MLHub:Database:ConnectionString.");
        }

        var tables = Engine == DatabaseEngine.Sqlite
            ? await NamesAsync(db, "SELECT name FROM sqlite_master WHERE type = 'table'", cancellationToken)
            : await NamesAsync(db, TablesSql, cancellationToken);
        if (tables.Contains("Users") ? await db.Users.AnyAsync(cancellationToken) : tables.Count > 0 && !tables.Contains(History))
        {
            throw new InvalidOperationException("This server is in use. Restore into an empty data folder and an empty database.");
        }
    }

    /// <summary>Puts a snapshot in place of the empty database. Interrupted, it leaves an empty database behind.</summary>
    public async Task RestoreAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Database.SetCommandTimeout(Unlimited);
        if (!db.Database.GetMigrations().Contains(manifest.Migration))
        {
            throw new InvalidOperationException($"The backup was made by a newer MLHub ({manifest.Program}). Restore it with that version or a later one.");
        }

        if (Engine == DatabaseEngine.Sqlite)
        {
            var target = options.Value.PathOf("mlhub.db");
            var partial = target + ".restoring";
            File.Copy(Path.Combine(folder, BackupNames.SqliteFile), partial, overwrite: true);
            SqliteFile.Replace(target, partial);
        }
        else
        {
            await db.GetService<IMigrator>().MigrateAsync(manifest.Migration, cancellationToken);
            await CopyInAsync(db, folder, [.. manifest.Files.Where(f => f.Name.StartsWith(BackupNames.Tables, StringComparison.Ordinal)).Select(f => f.Name[BackupNames.Tables.Length..])], cancellationToken);
        }
    }

    /// <summary>Uploads that were on their way: their bytes are on no other machine, and their owners start them again.</summary>
    public async Task<int> ForgetUploadsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Upload>().Where(u => u.VersionId == null && u.StoredAt == null).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Mails that waited: the server that was backed up has sent them since.</summary>
    public async Task<int> ForgetMailsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<OutgoingMail>().ExecuteDeleteAsync(cancellationToken);
    }

    private const string TablesSql = """
        SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1
        """;

    /// <summary>All columns that hold something of their own, in one order for both directions.</summary>
    private static string ColumnsSql(string table) => $"""
        SELECT column_name::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = '{table}' AND is_generated = 'NEVER' ORDER BY 1
        """;

    private static async Task CopyOutAsync(HubDbContext db, string folder, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        foreach (var table in (await NamesAsync(db, TablesSql, cancellationToken)).Where(t => t != History))
        {
            using var reader = await connection.BeginTextExportAsync($"COPY {await TargetAsync(db, table, cancellationToken)} TO STDOUT", cancellationToken);
            await using var writer = new StreamWriter(Path.Combine(folder, table), append: false, new UTF8Encoding(false));
            await CopyAsync(reader, writer, cancellationToken);
        }
    }

    private static async Task CopyInAsync(HubDbContext db, string folder, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var present = (await NamesAsync(db, TablesSql, cancellationToken)).Where(t => t != History).ToList();
        if (!present.ToHashSet(StringComparer.Ordinal).SetEquals(tables))
        {
            throw new InvalidOperationException("The backup has other tables than its schema says. It is damaged, or the database holds something else.");
        }

        await RunAsync(db, ["LOCK TABLE \"Users\" IN ACCESS EXCLUSIVE MODE"], cancellationToken);
        if (await db.Users.AnyAsync(cancellationToken))
        {
            throw new InvalidOperationException("Somebody signed up in the meantime. Stop the server, and restore into an empty database.");
        }

        // Rows arrive table by table: keys are compared when all of them are there, and triggers have done their work long ago.
        var keys = await NamesAsync(
            db,
            """
            SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
            """,
            cancellationToken);
        await RunAsync(db, keys.Select(k => $"{k} DEFERRABLE INITIALLY DEFERRED"), cancellationToken);
        await RunAsync(db, tables.Select(t => $"ALTER TABLE \"{t}\" DISABLE TRIGGER USER"), cancellationToken);
        await RunAsync(db, [$"TRUNCATE {string.Join(", ", tables.Select(t => $"\"{t}\""))}"], cancellationToken);
        foreach (var table in tables)
        {
            await using var writer = await connection.BeginTextImportAsync($"COPY {await TargetAsync(db, table, cancellationToken)} FROM STDIN", cancellationToken);
            using var reader = new StreamReader(Path.Combine(folder, BackupNames.Tables, table), new UTF8Encoding(false, throwOnInvalidBytes: true));
            await CopyAsync(reader, writer, cancellationToken);
        }

        await RunAsync(db, ["SET CONSTRAINTS ALL IMMEDIATE"], cancellationToken);
        await RunAsync(db, keys.Select(k => $"{k} NOT DEFERRABLE"), cancellationToken);
        await RunAsync(db, tables.Select(t => $"ALTER TABLE \"{t}\" ENABLE TRIGGER USER"), cancellationToken);
        var counters = await NamesAsync(
            db,
            """
            SELECT format('SELECT setval(%L, coalesce((SELECT max(%I) FROM %I), 1), (SELECT count(*) > 0 FROM %I))', s, column_name, table_name, table_name)
            FROM information_schema.columns, pg_get_serial_sequence(quote_ident(table_name), column_name) s WHERE table_schema = current_schema() AND s IS NOT NULL
            """,
            cancellationToken);
        await RunAsync(db, counters, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<string> TargetAsync(HubDbContext db, string table, CancellationToken cancellationToken) =>
        $"\"{table}\" ({string.Join(", ", (await NamesAsync(db, ColumnsSql(table), cancellationToken)).Select(c => $"\"{c}\""))})";

    private static async Task CopyAsync(TextReader reader, TextWriter writer, CancellationToken cancellationToken)
    {
        var buffer = new char[64 * 1024];
        int count;
        while ((count = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await writer.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private static async Task<IReadOnlySet<BlobHash>> NamedAsync(HubDbContext db, CancellationToken cancellationToken)
    {
        var named = new HashSet<BlobHash>();
        foreach (var (entity, property) in BlobCollector.Columns(db.Model).Where(c => c.Entity.ClrType != typeof(Upload)))
        {
            await foreach (var hash in BlobCollector.NamedByAsync(db, entity, property, cancellationToken))
            {
                named.Add(hash);
            }
        }

        // An upload writes its hash down just before its bytes become a blob; until then it names nothing.
        named.UnionWith(await db.Set<Upload>().Where(u => u.ContentHash != null && (u.VersionId != null || u.StoredAt != null)).Select(u => u.ContentHash!.Value).ToListAsync(cancellationToken));
        return named;
    }

    private static async Task RunAsync(HubDbContext db, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var sql in statements)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = Unlimited;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<List<string>> NamesAsync(HubDbContext db, string sql, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task<string?> ScalarAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }
}
