using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;

namespace MLHub.Benchmarks;

/// <summary>How fast runs are found among ten thousand with twenty metrics and twenty parameters each.</summary>
internal sealed class RunSearchBenchmark : IBenchmark
{
    private const double GoalMilliseconds = 500;

    private static readonly (string What, string? Filter, string? Order)[] Questions =
    [
        ("newest", null, null),
        ("ordered by a metric", null, "metric.m0 desc"),
        ("two conditions, ordered", "metric.m3 > 0.9 and param.p1 < 0.2", "metric.m0 desc"),
        ("or, not, in, text", "(param.p2 in (0.1, 0.5) or name contains 99) and not metric.m4 < 0.5", "name"),
        ("pattern", "name ~ '^run 9.*7$'", null),
    ];

    public string Name => "run-search";

    public string Question => "Search over 10 000 runs with 20 metrics and 20 parameters each, against plain SQL of the same question";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var count = size == BenchmarkSize.Full ? 10_000 : 100;
        var repetitions = size == BenchmarkSize.Full ? 9 : 1;
        var folder = Directory.CreateTempSubdirectory("mlhub-benchmark-");
        try
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["MLHub:DataPath"] = folder.FullName }).Build();
            await using var services = new ServiceCollection().AddLogging().AddData(configuration).BuildServiceProvider();
            var contexts = services.GetRequiredService<IDbContextFactory<HubDbContext>>();
            await services.GetRequiredService<HubMigrator>().MigrateAsync(CancellationToken.None);
            var (actor, experiment) = await SeedAsync(contexts, count);
            var search = new RunSearch(contexts, new WorkspaceAccess(contexts), TimeProvider.System);

            Console.WriteLine($"{$"{count} runs, page of 50",-30}{"MLHub",12}{"plain SQL",14}{"ratio",8}   (median of {repetitions}, ms; SQLite)");
            var isFast = true;
            foreach (var (what, filter, order) in Questions)
            {
                List<double> ours = [], plain = [];
                for (var i = 0; i <= repetitions; i++)
                {
                    ours.Add(await TimeAsync(() => search.PageAsync(actor, experiment, filter, order, new(50), CancellationToken.None)));
                    plain.Add(await TimeAsync(() => PlainAsync(contexts, experiment, what)));
                }

                var (mine, reference) = (Median(ours.Skip(1)), Median(plain.Skip(1)));
                isFast &= mine < GoalMilliseconds;
                Console.WriteLine($"{what,-30}{mine,12:0.0}{reference,14:0.0}{mine / reference,8:0.0}");
            }

            Console.WriteLine($"goal: each below {GoalMilliseconds:0} ms: {(isFast ? "met" : "MISSED")}");
            return isFast;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(Actor Actor, Guid ExperimentId)> SeedAsync(IDbContextFactory<HubDbContext> contexts, int count)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync();
        var user = new HubUser { Id = Guid.CreateVersion7(), UserName = "ada@example.org", DisplayName = "Ada", CreatedAt = now };
        var workspace = Workspace.Create("Lab", "lab", null, Visibility.Private, null, now);
        var experiment = Experiment.Create(workspace.Id, "Many", null, user.Id, now);
        db.AddRange(user, workspace, experiment, WorkspaceMember.Create(workspace.Id, user.Id, WorkspaceRole.Owner, now));
        foreach (var part in Enumerable.Range(0, count).Chunk(1000))
        {
            db.AddRange(part.Select(i => Run.CreateExternal(experiment, $"run {i}", i % 2 == 0 ? "resnet" : "vit", null, null, now, user.Id, now)));
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }

        // Twenty of each per run, spread evenly between 0 and 1 by a fixed rule, so that every time the same runs are found.
        const string numbers = """WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k WHERE n < 19), r AS (SELECT "Id", row_number() OVER (ORDER BY "Id") AS i FROM "Runs") """;
        await db.Database.ExecuteSqlRawAsync(numbers + """INSERT INTO "RunMetrics" ("RunId", "Key", "Last", "Min", "Max", "Step", "LastAt", "Count") SELECT r."Id", 'm' || k.n, (r.i * (k.n * 2 + 7919) % 10007) / 10007.0, 0, 1, 1, 1, 1 FROM r, k""");
        await db.Database.ExecuteSqlRawAsync(numbers + """INSERT INTO "RunParameters" ("RunId", "Key", "Value", "Text", "Number") SELECT r."Id", 'p' || k.n, v, v, v FROM (SELECT r."Id", k.n, ((r.i * (k.n * 2 + 104729)) % 10) / 10.0 AS v FROM r, k) AS x JOIN r ON r."Id" = x."Id" JOIN k ON k.n = x.n""");
        return (new Actor(user.Id, "Ada", ActorKind.Browser), experiment.Id);
    }

    /// <summary>The same question by hand, reading ids only.</summary>
    private static async Task PlainAsync(IDbContextFactory<HubDbContext> contexts, Guid experiment, string what)
    {
        const string metric = """(SELECT "Last" FROM "RunMetrics" m WHERE m."RunId" = r."Id" AND m."Key" = """;
        const string parameter = """(SELECT "Number" FROM "RunParameters" p WHERE p."RunId" = r."Id" AND p."Key" = """;
        var (where, order) = what switch
        {
            "ordered by a metric" => ("1", $"{metric}'m0') DESC"),
            "two conditions, ordered" => ($"{metric}'m3') > 0.9 AND {parameter}'p1') < 0.2", $"{metric}'m0') DESC"),
            "or, not, in, text" => ($"({parameter}'p2') IN (0.1, 0.5) OR r.\"NameKey\" LIKE '%99%') AND NOT {metric}'m4') < 0.5", "r.\"NameKey\""),
            "pattern" => ("r.\"NameKey\" GLOB 'run 9*7'", "r.\"Id\" DESC"),
            _ => ("1", "r.\"Id\" DESC"),
        };
        await using var db = await contexts.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT r.\"Id\" FROM \"Runs\" r WHERE r.\"ExperimentId\" = '{experiment.ToString().ToUpperInvariant()}' AND r.\"DeletedAt\" IS NULL AND {where} ORDER BY {order} LIMIT 50";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
        }
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
