using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Tests.Support;

namespace MLHub.Tests.Experiments;

/// <summary>Runs of a server that knew only its own trainings.</summary>
public sealed class RunMigrationTests
{
    private const string RunId = "019A0000000070008000000000000003";

    private static readonly Guid Id = Guid.Parse(RunId);

    [Fact]
    public async Task Runs_that_are_there_keep_their_tags_parameters_and_curves_on_sqlite()
    {
        using var folder = new TestFolder();
        await using var db = new SqliteHubDbContext(new DbContextOptionsBuilder<SqliteHubDbContext>().UseSqlite($"Data Source={folder.Path}/old.db;Pooling=False").Options);

        await MigrateOldAsync(db);

        await LooksRightAsync(db);
    }

    [Fact, Trait(Category.Trait, Category.Postgres)]
    public async Task Runs_that_are_there_keep_their_tags_parameters_and_curves_on_postgres()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var db = new PostgresHubDbContext(new DbContextOptionsBuilder<PostgresHubDbContext>().UseNpgsql(database.ConnectionString).Options);

        await MigrateOldAsync(db);

        await LooksRightAsync(db);
    }

    private static async Task MigrateOldAsync(HubDbContext db)
    {
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("Initial", TestContext.Current.CancellationToken);
        var id = Id.ToString().ToUpperInvariant();
        var workspace = id[..^1] + "1";
        var experiment = id[..^1] + "2";
        var sql =
            $$"""
            INSERT INTO "Workspaces" ("Id", "Name", "Slug", "Visibility", "CreatedAt", "MembersRevision") VALUES ('{{workspace}}', 'Lab', 'lab', 'Private', '2026-11-20 10:00:00', 0);
            INSERT INTO "Experiments" ("Id", "WorkspaceId", "Name", "NameKey", "CreatedBy", "CreatedAt", "UpdatedAt")
                VALUES ('{{experiment}}', '{{workspace}}', 'Old', 'old', '{{workspace}}', '2026-11-20 10:00:00', '2026-11-20 10:00:00');
            INSERT INTO "Runs" ("Id", "WorkspaceId", "ExperimentId", "Name", "State", "Configuration", "DatasetId", "DatasetVersionId", "DatasetVersion", "ContentHash", "JobId", "Tags", "CreatedBy", "CreatedAt", "StartedAt", "EndedAt", "Result")
                VALUES ('{{id}}', '{{workspace}}', '{{experiment}}', 'Brave-Otter', 'Finished', '{"task":"multiclass","algorithm":"lightgbm","parameters":{"trees":50} }', '{{id}}', '{{id}}', 1,
                    '{{new string('a', 64)}}', '{{id}}', '{"team":"Blue","empty":""}', '{{workspace}}', '2026-11-20 10:00:00', '2026-11-20 10:00:00', '2026-11-20 10:00:30',
                    '{"parameters":{"trees":50,"rate":0.25,"boost":"GOSS","early":true,"layers":[1,2]} }');
            INSERT INTO "RunMetrics" ("RunId", "Key", "Last", "Min", "Max", "Step", "Count") VALUES ('{{id}}', 'loss', 0.5, 0.5, 2, 1, 2);
            INSERT INTO "RunMetricPoints" ("RunId", "Key", "Step", "Value", "At") VALUES ('{{id}}', 'loss', 0, 2, '2026-11-20 10:00:01'), ('{{id}}', 'loss', 1, 0.5, '2026-11-20 10:00:02');
            """;
        await using (var command = db.Database.GetDbConnection().CreateCommand())
        {
            await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
            command.CommandText = db is PostgresHubDbContext ? $"SET TimeZone = 'UTC'; {sql}" : sql;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await db.Database.CloseConnectionAsync();
        }

        await migrator.MigrateAsync(cancellationToken: TestContext.Current.CancellationToken);
    }

    private static async Task LooksRightAsync(HubDbContext db)
    {
        var run = await db.Set<Run>().Select(r => new { r.Source, r.Algorithm, r.Task, r.NameKey, r.DurationSeconds }).SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal((RunSource.Mlhub, "lightgbm", TrainingTask.Multiclass, "brave-otter"), (run.Source, run.Algorithm, run.Task, run.NameKey));
        Assert.Equal(30, run.DurationSeconds!.Value, 0.01);
        Assert.Equal(["empty=", "team=Blue"], await db.Set<RunTag>().OrderBy(t => t.Key).Select(t => t.Key + "=" + t.Value).ToListAsync(TestContext.Current.CancellationToken));

        var parameters = await db.Set<RunParameter>().ToDictionaryAsync(p => p.Key, p => (p.Value.Replace(" ", "", StringComparison.Ordinal), p.Number), TestContext.Current.CancellationToken);
        Assert.Equal(5, parameters.Count);
        Assert.Equal(("50", 50), parameters["trees"]);
        Assert.Equal(("0.25", 0.25), parameters["rate"]);
        Assert.Equal(("\"GOSS\"", null), parameters["boost"]);
        Assert.Equal(("true", null), parameters["early"]);
        Assert.Equal(("[1,2]", null), parameters["layers"]);

        var metric = await db.Set<RunMetric>().SingleAsync(TestContext.Current.CancellationToken);
        var start = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.Equal((0.5, 1L, 2L), (metric.Last, metric.Step, metric.Count));
        Assert.InRange(metric.LastAt, start + 1999, start + 2001);
        Assert.Equal([2.0, 0.5], await db.Set<RunMetricPoint>().Where(p => p.MetricId == metric.Id).OrderBy(p => p.Step).Select(p => p.Value!.Value).ToListAsync(TestContext.Current.CancellationToken));
    }
}
