using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MLHub.Core.Data;

public static class DataSetup
{
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HubOptions>().Bind(configuration.GetSection(HubOptions.Section)).ValidateDataAnnotations()
            .Validate(
                o => o.Database.Engine != DatabaseEngine.Postgres || o.Database.ConnectionString.Length > 0,
                "MLHub:Database:ConnectionString is missing: PostgreSQL needs one, e.g. Host=db;Username=mlhub;Password=…;Database=mlhub.")
            .Validate(
                o => o.PublicBaseUrl.Length == 0 || Uri.TryCreate(o.PublicBaseUrl, UriKind.Absolute, out _),
                "MLHub:PublicBaseUrl must be an absolute address such as https://mlhub.example.org.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);

        var engine = configuration.GetValue<DatabaseEngine?>($"{HubOptions.Section}:Database:Engine") ?? DatabaseEngine.Sqlite;
        if (engine == DatabaseEngine.Sqlite)
        {
            services.AddDbContextFactory<SqliteHubDbContext>((provider, options) => UseSqlite(options, provider.GetRequiredService<IOptions<HubOptions>>().Value));
            services.AddSingleton<IDbContextFactory<HubDbContext>, HubContextFactory<SqliteHubDbContext>>();
        }
        else
        {
            services.AddDbContextFactory<PostgresHubDbContext>((provider, options) => UsePostgres(options, provider.GetRequiredService<IOptions<HubOptions>>().Value));
            services.AddSingleton<IDbContextFactory<HubDbContext>, HubContextFactory<PostgresHubDbContext>>();
        }

        services.AddSingleton<HubMigrator>();
        return services;
    }

    internal static DbContextOptionsBuilder UseSqlite(DbContextOptionsBuilder options, HubOptions hub)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = hub.PathOf("mlhub.db"),
            ForeignKeys = true,
            Pooling = true,
            // Microsoft.Data.Sqlite waits for a busy database in managed code for as long as a command may take.
            DefaultTimeout = hub.Database.CommandTimeoutSeconds,
        };
        return options.UseSqlite(connection.ToString(), sqlite => sqlite.CommandTimeout(hub.Database.CommandTimeoutSeconds))
            // What cannot be done in one transaction is done on a copy.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.NonTransactionalMigrationOperationWarning))
            .AddInterceptors(SqlitePragmas.Instance, DatabaseMeter.Instance);
    }

    internal static DbContextOptionsBuilder UsePostgres(DbContextOptionsBuilder options, HubOptions hub) =>
        options.UseNpgsql(hub.Database.ConnectionString, npgsql => npgsql.CommandTimeout(hub.Database.CommandTimeoutSeconds))
            .AddInterceptors(DatabaseMeter.Instance);

    /// <summary>Gives features the abstract context, whichever engine was chosen.</summary>
    private sealed class HubContextFactory<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<HubDbContext> where TContext : HubDbContext
    {
        public HubDbContext CreateDbContext() => inner.CreateDbContext();

        public async Task<HubDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => await inner.CreateDbContextAsync(cancellationToken);
    }
}
