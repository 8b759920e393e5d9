using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Data;

namespace MLHub.Tests.Support;

/// <summary>
/// A migrated database of one test class, SQLite in a temporary folder by default, with the application's own registration:
/// pragmas, mappings and the migrator are the real ones.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private PostgresDatabase? _postgres;

    private TestDatabase()
    {
    }

    public IDbContextFactory<HubDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<HubDbContext>>();

    /// <summary>Has what <c>AddData</c> registers and nothing else.</summary>
    public ServiceProvider Services { get; private set; } = null!;

    public static Task<TestDatabase> CreateAsync() => CreateAsync(DatabaseEngine.Sqlite);

    public static async Task<TestDatabase> CreateAsync(DatabaseEngine engine)
    {
        var database = new TestDatabase();
        database._postgres = engine == DatabaseEngine.Postgres ? await PostgresDatabase.CreateAsync() : null;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MLHub:DataPath"] = database._folder.Path,
            ["MLHub:Database:Engine"] = engine.ToString(),
            ["MLHub:Database:ConnectionString"] = database._postgres?.ConnectionString,
        }).Build();
        database.Services = new ServiceCollection().AddLogging().AddData(configuration).BuildServiceProvider();
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            if (db.Database.GetMigrations().Any())
            {
                await database.Services.GetRequiredService<HubMigrator>().MigrateAsync(CancellationToken.None);
            }
            else
            {
                await db.Database.EnsureCreatedAsync();
            }
        }

        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _folder.Dispose();
    }
}
