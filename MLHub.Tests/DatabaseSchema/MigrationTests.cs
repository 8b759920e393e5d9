using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Data;
using MLHub.Tests.Support;

namespace MLHub.Tests.DatabaseSchema;

public sealed class MigrationTests
{
    [Fact]
    public void No_model_change_lacks_a_migration_on_sqlite()
    {
        using var db = new SqliteDesignTimeFactory().CreateDbContext([]);

        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void No_model_change_lacks_a_migration_on_postgres()
    {
        using var db = new PostgresDesignTimeFactory().CreateDbContext([]);

        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_new_sqlite_database_is_migrated_and_uses_the_safe_pragmas()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = await database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);

        Assert.Equal("wal", await PragmaAsync(db, "journal_mode"));
        Assert.Equal("2", await PragmaAsync(db, "synchronous"));
        Assert.Equal("1", await PragmaAsync(db, "foreign_keys"));
        Assert.Equal("0", await PragmaAsync(db, "trusted_schema"));
    }

    [Fact]
    public async Task A_stale_migration_lock_does_not_block_the_next_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var db = await database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')", TestContext.Current.CancellationToken);
        }

        var migrating = database.Services.GetRequiredService<HubMigrator>().MigrateAsync(CancellationToken.None);

        await migrating.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_with_advice()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var second = new HubMigrator(
            database.Contexts,
            database.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HubOptions>>(),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<HubMigrator>.Instance);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => second.MigrateAsync(CancellationToken.None));

        Assert.Contains("MLHub:DataPath", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> PragmaAsync(HubDbContext db, string name)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return Convert.ToString(await command.ExecuteScalarAsync());
    }
}
