using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;

namespace MLHub.Benchmarks;

/// <summary>
/// Five steps on a million rows of twenty columns: our job (Parquet to Parquet; its profile is told apart) against pandas, which reads and writes its own
/// fastest format. Each in a process of its own, so that peaks of memory compare.
/// </summary>
internal sealed class RecipeBenchmark : IBenchmark
{
    public const string OursVerb = "recipe-ours";

    private const string Python = "/usr/bin/python3";

    private const string ToPickle =
        """
        import sys, pandas
        pandas.read_csv(sys.argv[1], parse_dates=['d0', 'd1']).to_pickle(sys.argv[2])
        """;

    private const string PandasScript =
        """
        import resource, sys, time
        import pandas
        start = time.perf_counter()
        t = pandas.read_pickle(sys.argv[1])
        t = t.drop_duplicates(subset=['i0'])
        for c in ['n0', 'n1', 'n2']:
            t[c] = t[c].fillna(t[c].median())
        t['ratio'] = t['n3'] / t['n4'].abs().add(1)
        t = pandas.get_dummies(t, columns=['t0'])
        for c in ['n0', 'n1', 'n2', 'n3', 'n4']:
            t[c] = (t[c] - t[c].mean()) / t[c].std(ddof=0)
        t.to_pickle(sys.argv[2])
        print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, 0)
        """;

    private static readonly ColumnSchema[] _columns =
    [
        .. Enumerable.Range(0, 10).Select(i => new ColumnSchema($"n{i}", ColumnType.Number)), .. Enumerable.Range(0, 4).Select(i => new ColumnSchema($"i{i}", ColumnType.Integer)),
        .. Enumerable.Range(0, 4).Select(i => new ColumnSchema($"t{i}", ColumnType.Text)), new("d0", ColumnType.Date), new("d1", ColumnType.Date),
    ];

    public string Name => "recipe";

    public string Question => "A recipe of five steps on 1 000 000 rows × 20 columns, against pandas";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-benchmark-");
        try
        {
            var rows = size == BenchmarkSize.Full ? 1_000_000 : 5_000;
            var parquet = Path.Combine(folder.FullName, "rows.parquet");
            var csv = Path.Combine(folder.FullName, "rows.csv");
            await WriteAsync(rows, parquet, csv);
            Console.WriteLine($"{rows} rows × {_columns.Length} columns, {new FileInfo(parquet).Length / 1e6:0.#} MB of Parquet, {Environment.ProcessorCount} cores");
            Console.WriteLine($"{"",-34}{"time",10}{"peak memory",14}");

            var ours = await MeasureAsync("MLHub recipe", Environment.ProcessPath!, OursVerb, parquet, folder.FullName);
            Console.WriteLine($"{"… and the profile of the result",-34}{$"{ours.Rest:0.00} s",10}");
            if (!await HasPandasAsync())
            {
                Console.WriteLine("pandas is not installed (Debian: python3-pandas)");
                return true;
            }

            var pickle = Path.Combine(folder.FullName, "rows.pickle");
            using (var convert = Process.Start(new ProcessStartInfo(Python, ["-c", ToPickle, csv, pickle]))!)
            {
                await convert.WaitForExitAsync();
            }

            var pandas = await MeasureAsync("pandas", Python, "-c", PandasScript, pickle, Path.Combine(folder.FullName, "out.pickle"));
            Console.WriteLine($"{"ratio to pandas",-34}{ours.Seconds / pandas.Seconds,10:0.00}{ours.PeakBytes / pandas.PeakBytes,14:0.00}");
            return true;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>In the child: what the job of a recipe runs.</summary>
    public static async Task<int> RunOursAsync(string parquet, string folder)
    {
        RecipeStep[] steps =
        [
            Step("drop_duplicates", """{"columns": ["i0"]}"""),
            Step("fill_missing", """{"columns": ["n0", "n1", "n2"], "method": "median"}"""),
            Step("derive_column", """{"name": "ratio", "expression": "n3 / (abs(n4) + 1)"}"""),
            Step("one_hot", """{"columns": ["t0"]}"""),
            Step("standardise", """{"columns": ["n0", "n1", "n2", "n3", "n4"]}"""),
        ];
        var task = new JobTask(
            PrepareResult.JobKind,
            JsonSerializer.SerializeToElement(new PrepareSpec(_columns, steps), HubJson.Options),
            new Dictionary<string, string> { [PrepareResult.Source] = parquet },
            Directory.CreateDirectory(Path.Combine(folder, "output")).FullName,
            Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName,
            Environment.ProcessorCount,
            4L << 30);
        var stages = new Stages();
        await RecipesSetup.CreatePrepareHandler(null).RunAsync(task, stages, CancellationToken.None);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stages.Prepared.TotalSeconds} {self.PeakWorkingSet64} {(stages.Elapsed - stages.Prepared).TotalSeconds}"));
        return 0;
    }

    private static RecipeStep Step(string name, string parameters) => new(name, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(parameters));

    /// <summary>The same rows for both, made by arithmetic: some values missing, one key in fifty twice.</summary>
    private static async Task WriteAsync(int rows, string parquet, string csv)
    {
        var columns = string.Join(", ", _columns.Select((c, k) => c.Name[0] switch
        {
            'n' => $"CASE WHEN hash(i, {k}) % 10 > 0 OR {k} > 2 THEN (hash(i, {k + 100}) % 1000003)::DOUBLE / 1000 - 500 END AS {c.Name}",
            'i' when c.Name == "i0" => $"CASE WHEN i % 50 = 49 THEN i - 1 ELSE i END AS {c.Name}",
            'i' => $"(hash(i, {k}) % 100000)::BIGINT AS {c.Name}",
            't' => $"['Berlin', 'Wien', 'Zürich', 'Paris', 'New York', 'Łódź'][1 + (hash(i, {k}) % 6)::INTEGER] AS {c.Name}",
            _ => $"DATE '2020-01-01' + (hash(i, {k}) % 2000)::INTEGER AS {c.Name}",
        }));
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync();
        foreach (var sql in new[]
        {
            $"CREATE TABLE t AS SELECT i AS {ColumnSchema.RowId}, {columns} FROM range({rows}) r(i)",
            $"COPY t TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)",
            $"COPY (SELECT * EXCLUDE ({ColumnSchema.RowId}) FROM t) TO '{csv}' (HEADER)",
        })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<Measure> MeasureAsync(string what, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{what} failed.");
        }

        var words = output.Trim().Split('\n')[^1].Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture)).ToArray();
        Console.WriteLine($"{what,-34}{$"{words[0]:0.00} s",10}{$"{words[1] / 1e6:0} MB",14}");
        return new(words[0], words[1], words[2]);
    }

    private static async Task<bool> HasPandasAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import pandas"]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private sealed record Measure(double Seconds, double PeakBytes, double Rest);

    private sealed class Stages : IJobReporter
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public TimeSpan Elapsed => _watch.Elapsed;

        public TimeSpan Prepared { get; private set; }

        public CancellationToken FinishRequested => CancellationToken.None;

        public void Progress(double progress, string stage, string? message = null)
        {
            if (stage == "profiling" && Prepared == TimeSpan.Zero)
            {
                Prepared = _watch.Elapsed;
            }
        }

        public void Log(JobLogLevel level, string text)
        {
        }

        public void Metric(string key, long step, double value)
        {
        }
    }
}
