using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;

namespace MLHub.Benchmarks;

/// <summary>
/// A large CSV file: our import (dialect, types over all rows, typed Parquet, profile) against DuckDB's own reader with
/// <c>SUMMARIZE</c>, and against pandas where it is installed. Each in a process of its own, so that peaks of memory compare.
/// </summary>
internal sealed class ImportBenchmark : IBenchmark
{
    public const string OursVerb = "import-ours";
    public const string DuckDbVerb = "import-duckdb";

    private const string Python = "/usr/bin/python3";

    private const string PandasScript =
        """
        import resource, sys, time
        import pandas
        start = time.perf_counter()
        table = pandas.read_csv(sys.argv[1])
        table.describe(include='all')
        print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, time.process_time())
        """;

    public string Name => "import";

    public string Question => "Import and profile of a 200 MB CSV file, against DuckDB and pandas";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-benchmark-");
        try
        {
            var csv = Path.Combine(folder.FullName, "rows.csv");
            var rows = await WriteCsvAsync(csv, size == BenchmarkSize.Full ? 200_000_000 : 200_000);
            Console.WriteLine($"{rows} rows × 12 columns, {new FileInfo(csv).Length / 1e6:0.#} MB, {Environment.ProcessorCount} cores");
            Console.WriteLine($"{"",-34}{"time",10}{"rate",12}{"peak memory",14}{"processor",12}");

            var ours = await MeasureAsync("MLHub import", csv, Environment.ProcessPath!, OursVerb, csv, folder.FullName);
            var duck = await MeasureAsync("DuckDB read_csv, SUMMARIZE", csv, Environment.ProcessPath!, DuckDbVerb, csv, folder.FullName);
            Console.WriteLine($"{"ratio to DuckDB",-34}{ours.Seconds / duck.Seconds,10:0.00}{"",12}{ours.PeakBytes / duck.PeakBytes,14:0.00}{ours.CpuSeconds / duck.CpuSeconds,12:0.00}");
            if (await HasPandasAsync())
            {
                var pandas = await MeasureAsync("pandas read_csv, describe", csv, Python, "-c", PandasScript, csv);
                Console.WriteLine($"{"ratio to pandas",-34}{ours.Seconds / pandas.Seconds,10:0.00}{"",12}{ours.PeakBytes / pandas.PeakBytes,14:0.00}{ours.CpuSeconds / pandas.CpuSeconds,12:0.00}");
            }
            else
            {
                Console.WriteLine("pandas is not installed (Debian: python3-pandas)");
            }

            return true;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>In the child: what the import job runs.</summary>
    public static async Task<int> RunOursAsync(string csv, string folder)
    {
        var watch = Stopwatch.StartNew();
        var task = new JobTask(
            ImportResult.JobKind,
            JsonSerializer.SerializeToElement(new ImportSpec("rows.csv", new ImportOptions()), HubJson.Options),
            new Dictionary<string, string> { [ImportResult.Original] = csv },
            Directory.CreateDirectory(Path.Combine(folder, "output")).FullName,
            Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName,
            Environment.ProcessorCount,
            4L << 30);
        await DatasetsSetup.CreateImportHandler().RunAsync(task, new SilentReporter(), CancellationToken.None);
        return Report(watch);
    }

    /// <summary>In the child: the reference.</summary>
    public static async Task<int> RunDuckDbAsync(string csv, string folder)
    {
        var watch = Stopwatch.StartNew();
        var parquet = Path.Combine(folder, "duckdb.parquet");
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync();
        foreach (var sql in new[]
        {
            $"COPY (SELECT * FROM read_csv('{csv}')) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)",
            $"CREATE TABLE summary AS SELECT * FROM (SUMMARIZE SELECT * FROM read_parquet('{parquet}'))",
        })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }

        return Report(watch);
    }

    private static int Report(Stopwatch watch)
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds} {self.PeakWorkingSet64} {self.TotalProcessorTime.TotalSeconds}"));
        return 0;
    }

    private static async Task<Measure> MeasureAsync(string what, string csv, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{what} failed.");
        }

        var words = output.Trim().Split('\n')[^1].Split(' ');
        var measure = new Measure(double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture), double.Parse(words[2], CultureInfo.InvariantCulture));
        var rate = new FileInfo(csv).Length / 1e6 / measure.Seconds;
        Console.WriteLine($"{what,-34}{$"{measure.Seconds:0.00} s",10}{$"{rate:0} MB/s",12}{$"{measure.PeakBytes / 1e6:0} MB",14}{$"{measure.CpuSeconds:0.0} s",12}");
        return measure;
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

    /// <summary>Numbers of several kinds, categories, dates, free text with quotes and commas, missing cells: the same for the same size.</summary>
    private static async Task<long> WriteCsvAsync(string path, long bytes)
    {
        var random = new Random(1);
        var day = new DateOnly(2020, 1, 1);
        string[] cities = ["Berlin", "Wien", "Zürich", "Paris", "\"New York, NY\"", "Łódź"];
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        await writer.WriteLineAsync("id,when,city,amount,price,ratio,flag,score,code,note,small,maybe");
        long rows = 0;
        for (; writer.BaseStream.Position < bytes; rows++)
        {
            var maybe = random.Next(4) == 0 ? "" : random.NextDouble().ToString("0.0000", CultureInfo.InvariantCulture);
            await writer.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows},{day.AddDays(random.Next(2000)):yyyy-MM-dd},{cities[random.Next(cities.Length)]},{random.Next(100_000)},{random.NextDouble() * 1000:0.00},{random.NextDouble():0.000000000},{(random.Next(2) == 0 ? "true" : "false")},{random.NextDouble() * 2 - 1:0.00000},{random.Next():x8},\"order {random.Next(10_000)}, as said \"\"soon\"\"\",{random.Next(10)},{maybe}"));
        }

        return rows;
    }

    private sealed record Measure(double Seconds, double PeakBytes, double CpuSeconds);
}
