namespace MLHub.Benchmarks;

/// <summary>
/// How soon the first page is there, on an empty data folder and on one that is in use, and what an idle server occupies.
/// <c>start [PROGRAM]</c> measures a published program instead of the Release build.
/// </summary>
internal sealed class StartBenchmark : IBenchmark
{
    private const double GoalSeconds = 5;
    private const double GoalMegabytes = 250;

    public string Name => "start";

    public string Question => "Start to first page, and idle memory, against a bare ASP.NET Core server";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var program = options.Count > 0 ? Path.GetFullPath(options[0]) : BuiltProgram();
        var repetitions = size == BenchmarkSize.Full ? 5 : 1;
        var idle = size == BenchmarkSize.Full ? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(200);
        List<double> empty = [], used = [], bare = [];
        double idleMegabytes = 0, bareMegabytes = 0;

        for (var i = 0; i < repetitions; i++)
        {
            // Taken in turns, so that a busy minute of the machine hits all of them.
            var data = Directory.CreateTempSubdirectory("mlhub-benchmark-");
            try
            {
                using (var first = await StartHubAsync(program, data.FullName))
                {
                    empty.Add(first.TimeToFirstPage.TotalSeconds);
                }

                using (var second = await StartHubAsync(program, data.FullName))
                {
                    used.Add(second.TimeToFirstPage.TotalSeconds);
                    idleMegabytes = i == repetitions - 1 ? await IdleAsync(second, idle) : 0;
                }

                using var hello = await StartHelloAsync();
                bare.Add(hello.TimeToFirstPage.TotalSeconds);
                bareMegabytes = i == repetitions - 1 ? await IdleAsync(hello, idle) : 0;
            }
            finally
            {
                data.Delete(recursive: true);
            }
        }

        Console.WriteLine($"{"",-34}{"MLHub",12}{"bare server",14}{"ratio",8}   (median of {repetitions}, {Environment.ProcessorCount} cores)");
        Row("first page, empty data folder", "s", Median(empty), Median(bare));
        Row("first page, folder in use", "s", Median(used), Median(bare));
        Row($"memory after {idle.TotalSeconds:0} s idle", "MB", idleMegabytes, bareMegabytes);
        var isFast = Goal("first page", Math.Max(Median(empty), Median(used)), GoalSeconds, "s");
        var isSmall = Goal("idle memory", idleMegabytes, GoalMegabytes, "MB");
        return isFast && isSmall;
    }

    private static async Task<ServerProcess> StartHubAsync(string program, string data)
    {
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        return await ServerProcess.StartAsync(program, url, ["--urls", url], new Dictionary<string, string> { ["MLHub__DataPath"] = data });
    }

    private static async Task<ServerProcess> StartHelloAsync()
    {
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        return await ServerProcess.StartAsync(Environment.ProcessPath!, url, ["hello", url], new Dictionary<string, string>());
    }

    private static async Task<double> IdleAsync(ServerProcess server, TimeSpan time)
    {
        await Task.Delay(time);
        return server.ResidentBytes / 1e6;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Row(string what, string unit, double ours, double reference) =>
        Console.WriteLine($"{what,-34}{$"{ours:0.##} {unit}",12}{$"{reference:0.##} {unit}",14}{ours / reference,8:0.0}");

    private static bool Goal(string what, double value, double limit, string unit)
    {
        var isMet = value <= limit;
        Console.WriteLine($"goal: {what} ≤ {limit} {unit}: {(isMet ? "met" : "NOT met")} ({value:0.##} {unit})");
        return isMet;
    }

    /// <summary>The program of the same configuration as this one, in the source tree.</summary>
    internal static string BuiltProgram()
    {
        var marker = $"{Path.DirectorySeparatorChar}benchmarks{Path.DirectorySeparatorChar}MLHub.Benchmarks{Path.DirectorySeparatorChar}";
        var here = AppContext.BaseDirectory;
        var at = here.LastIndexOf(marker, StringComparison.Ordinal);
        return Path.Combine(here[..at], "MLHub.Web", here[(at + marker.Length)..], "mlhub");
    }
}
