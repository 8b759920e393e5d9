using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Benchmarks;

/// <summary>
/// Windows of rows out of ten million, as the grid asks for them, against DuckDB's own <c>ORDER BY … LIMIT … OFFSET</c> over the same file in the same
/// process with as many threads. The first look at a view and later ones are told apart: the order of a view is kept.
/// </summary>
internal sealed class RowsBenchmark : IBenchmark
{
    private const int Window = 200;
    private const double SortedGoal = 1000;
    private const double FilteredGoal = 2000;

    public string Name => "rows";

    public string Question => "Windows of 200 rows among 10 000 000 × 8, sorted and filtered, against DuckDB over the same file";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var rows = size == BenchmarkSize.Full ? 10_000_000 : 20_000;
        var repetitions = size == BenchmarkSize.Full ? 3 : 1;
        var folder = Directory.CreateTempSubdirectory("mlhub-benchmark-");
        try
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["MLHub:DataPath"] = folder.FullName }).Build();
            await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddCore(configuration).BuildServiceProvider();
            await services.GetRequiredService<HubMigrator>().MigrateAsync(CancellationToken.None);
            var parquet = Path.Combine(folder.FullName, "rows.parquet");
            await WriteAsync(parquet, rows);
            Console.WriteLine($"{rows} rows × 8 columns, {new FileInfo(parquet).Length / 1e6:0.#} MB of Parquet, {Environment.ProcessorCount} cores");
            var blobs = services.GetRequiredService<IBlobStore>();
            var content = await blobs.PutFileAsync(parquet, CancellationToken.None);
            using var stored = await blobs.FetchAsync(content.Hash, CancellationToken.None);
            var (actor, dataset) = await SeedAsync(services, content, rows);
            var reader = services.GetRequiredService<DatasetReader>();
            await using var engine = new DuckDBConnection("Data Source=:memory:");
            await engine.OpenAsync();
            await ExecuteAsync(engine, "SET threads = 2");

            Console.WriteLine($"{"",-30}{"first",10}{"processor",11}{"next",10}{"jump",10}{"DuckDB",11}{"processor",11}{"first",9}{"next",9}{"jump",9}   (ms and ratios to DuckDB; all but the first: median of {repetitions})");
            var isFast = true;
            foreach (var view in Views(rows))
            {
                var before = Processor();
                var first = await TimeAsync(() => ReadAsync(reader, actor, dataset, view, view.Offset));
                var firstProcessor = Processor() - before;
                List<double> next = [], jump = [], plain = [];
                for (var i = 1; i <= repetitions; i++)
                {
                    next.Add(await TimeAsync(() => ReadAsync(reader, actor, dataset, view, view.Offset + (i * Window))));
                }

                for (var i = 1; i <= repetitions; i++)
                {
                    jump.Add(await TimeAsync(() => ReadAsync(reader, actor, dataset, view, view.Offset + (i * 137 * Window))));
                }

                before = Processor();
                for (var i = 0; i < repetitions; i++)
                {
                    plain.Add(await TimeAsync(() => PlainAsync(engine, stored.Path, view)));
                }

                var reference = Median(plain);
                Console.WriteLine(
                    $"{view.What,-30}{first,10:0}{firstProcessor,11:0}{Median(next),10:0}{Median(jump),10:0}{reference,11:0}{(Processor() - before) / repetitions,11:0}{first / reference,9:0.00}{Median(next) / reference,9:0.00}{Median(jump) / reference,9:0.00}");
                isFast &= Math.Max(first, Median(next)) < (view.Filter is null ? SortedGoal : FilteredGoal);
            }

            Console.WriteLine($"goal: below {SortedGoal:0} ms, filtered below {FilteredGoal:0} ms: {(isFast ? "met" : "MISSED")}");
            return isFast;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static View[] Views(int rows) =>
    [
        new("first page", 0),
        new("deep page", rows * 9L / 10),
        new("sorted by a number", 0, "amount"),
        new("sorted by a number, deep", rows / 2, "price", IsDescending: true),
        new("sorted by a text", 0, "city"),
        new("sorted by a text, deep", rows / 2, "code"),
        new("filtered, few rows", 0, null, "code = '00000007'", "code = '00000007'"),
        new("filtered, half of the rows", 0, null, "flag = true", "flag"),
        new("filtered and sorted", 0, "score", "price > 900 and city = 'Wien'", "price > 900 AND city = 'Wien'"),
        new("filtered and sorted, deep", rows / 4, "ratio", "flag = false", "NOT flag"),
    ];

    private static async Task ReadAsync(DatasetReader reader, Actor actor, Guid dataset, View view, long offset)
    {
        var query = new RowQuery { Offset = offset, Limit = Window, Filter = view.Filter, Sort = view.Sort is null ? [] : [new(view.Sort, view.IsDescending)] };
        await reader.ReadAsync(actor, dataset, 1, query, CancellationToken.None);
    }

    private static async Task PlainAsync(DuckDBConnection engine, string parquet, View view)
    {
        var order = view.Sort is null ? "__row_id" : $"{view.Sort} {(view.IsDescending ? "DESC" : "ASC")} NULLS LAST, __row_id";
        await using var command = engine.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"SELECT * FROM read_parquet('{parquet}'){(view.Where is null ? "" : $" WHERE {view.Where}")} ORDER BY {order} LIMIT {Window} OFFSET {view.Offset}");
        await using var found = await command.ExecuteReaderAsync();
        while (await found.ReadAsync())
        {
            for (var column = 0; column < found.FieldCount; column++)
            {
                _ = found.GetValue(column);
            }
        }
    }

    private static async Task WriteAsync(string path, int rows)
    {
        await using var engine = new DuckDBConnection("Data Source=:memory:");
        await engine.OpenAsync();
        await ExecuteAsync(engine, "SET threads = 2");
        await ExecuteAsync(
            engine,
            $"""
            COPY (
                SELECT i AS __row_id, (hash(i) % 100000)::BIGINT AS amount, (hash(i * 3) % 100000000) / 100000.0 AS price, (hash(i * 5) % 1000000007) / 1000000007.0 AS ratio,
                    ['Berlin', 'Wien', 'Zürich', 'Paris', 'New York', 'Łódź'][1 + (hash(i * 7) % 6)::INTEGER] AS city, hash(i * 11) % 2 = 0 AS flag,
                    CASE WHEN hash(i * 13) % 10 > 0 THEN ln(1 + hash(i * 17) % 100000) END AS score, DATE '2020-01-01' + (hash(i * 19) % 2000)::INTEGER AS day,
                    printf('%08x', hash(i * 23) % 4000000) AS code
                FROM range({rows}) r(i)
            ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
            """);
    }

    private static async Task<(Actor Actor, Guid DatasetId)> SeedAsync(IServiceProvider services, BlobRef content, int rows)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using var db = await services.GetRequiredService<IDbContextFactory<HubDbContext>>().CreateDbContextAsync();
        var user = new HubUser { Id = Guid.CreateVersion7(), UserName = "ada@example.org", DisplayName = "Ada", CreatedAt = now };
        var workspace = Workspace.Create("Lab", "lab", null, Visibility.Private, null, now);
        var dataset = Dataset.Create(workspace.Id, user.Id, "Orders", null, now);
        var version = DatasetVersion.Create(dataset.Id, 1, DatasetVersionCause.Upload, null, null, user.Id, now);
        (string Name, ColumnType Type)[] columns =
        [
            ("amount", ColumnType.Integer), ("price", ColumnType.Number), ("ratio", ColumnType.Number), ("city", ColumnType.Text),
            ("flag", ColumnType.Boolean), ("score", ColumnType.Number), ("day", ColumnType.Date), ("code", ColumnType.Text),
        ];
        version.Complete(content, [.. columns.Select(c => new DatasetColumn(c.Name, c.Type, ColumnMeaning.Quantity, true))], rows, null, null);
        db.AddRange(user, workspace, dataset, version, WorkspaceMember.Create(workspace.Id, user.Id, WorkspaceRole.Owner, now));
        await db.SaveChangesAsync();
        return (new Actor(user.Id, "Ada", ActorKind.Browser), dataset.Id);
    }

    private static async Task ExecuteAsync(DuckDBConnection engine, string sql)
    {
        await using var command = engine.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Processor()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <param name="Filter">As people write it.</param>
    /// <param name="Where">The same as SQL.</param>
    private sealed record View(string What, long Offset, string? Sort = null, string? Filter = null, string? Where = null, bool IsDescending = false);
}
