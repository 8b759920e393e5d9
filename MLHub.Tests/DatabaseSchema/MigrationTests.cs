using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
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
        using var folder = new TestFolder();
        await using (var db = Context(folder))
        {
            await db.GetService<IMigrator>().MigrateAsync("ExternalRuns", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')", TestContext.Current.CancellationToken);
        }

        using var migrator = Migrator(folder);
        await migrator.MigrateAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        await using var migrated = Context(folder);
        Assert.Empty(await migrated.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>SQLite changes some tables in several transactions; a program that ends between two of them has not hurt the database.</summary>
    [Theory]
    [InlineData("DatasetLayouts")]
    [InlineData(null)]
    public async Task A_migration_that_is_cut_off_in_the_middle_is_made_from_its_start_again(string? from)
    {
        using var folder = new TestFolder();
        if (from is not null)
        {
            await using var db = Context(folder);
            await db.GetService<IMigrator>().MigrateAsync(from, TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE \"Kept\" AS SELECT 7 AS \"Row\"", TestContext.Current.CancellationToken);
        }

        var cut = new CutOff();
        using (var migrator = Migrator(folder, cut))
        {
            await Assert.ThrowsAsync<TimeoutException>(() => migrator.MigrateAsync(CancellationToken.None));
        }

        Assert.True(cut.HasCut);
        using (var migrator = Migrator(folder))
        {
            await migrator.MigrateAsync(CancellationToken.None);
        }

        await using var migrated = Context(folder);
        Assert.Empty(await migrated.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
        Assert.Equal("wal", await PragmaAsync(migrated, "journal_mode"));
        Assert.Equal(from is null ? 0 : 1, Directory.GetFiles(folder.Path, "before-migration-*.db", SearchOption.AllDirectories).Take(1).Count());
        if (from is not null)
        {
            Assert.Equal([7], await migrated.Database.SqlQueryRaw<int>("SELECT \"Row\" AS \"Value\" FROM \"Kept\"").ToListAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_with_advice()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var second = new HubMigrator(
            database.Contexts,
            database.Services.GetRequiredService<IOptions<HubOptions>>(),
            TimeProvider.System,
            NullLogger<HubMigrator>.Instance);

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

    private static SqliteHubDbContext Context(TestFolder folder, params IInterceptor[] interceptors) =>
        new((DbContextOptions<SqliteHubDbContext>)DataSetup.UseSqlite(new DbContextOptionsBuilder<SqliteHubDbContext>(), new() { DataPath = folder.Path }).AddInterceptors(interceptors).Options);

    private static HubMigrator Migrator(TestFolder folder, params IInterceptor[] interceptors) =>
        new(new Factory(() => Context(folder, interceptors)), Options.Create(new HubOptions { DataPath = folder.Path }), TimeProvider.System, NullLogger<HubMigrator>.Instance);

    private sealed class Factory(Func<HubDbContext> create) : IDbContextFactory<HubDbContext>
    {
        public HubDbContext CreateDbContext() => create();
    }

    /// <summary>Ends the migration where a table is being made anew, after its first transaction.</summary>
    private sealed class CutOff : DbCommandInterceptor
    {
        private bool _isBetween;

        public bool HasCut { get; private set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            HasCut |= _isBetween;
            _isBetween = command.CommandText.Contains("foreign_keys = 0", StringComparison.Ordinal);
            return HasCut ? throw new TimeoutException("The machine went dark.") : new(result);
        }
    }
}
