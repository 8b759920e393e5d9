using MLHub.Benchmarks;

// dotnet run --project benchmarks/MLHub.Benchmarks -c Release -- NAME [options]
// dotnet run --project benchmarks/MLHub.Benchmarks -c Release -- NAME --test runs that one on tiny data
// dotnet run --project benchmarks/MLHub.Benchmarks -c Release -- --test      runs each once, tiny, to see that it works
IBenchmark[] benchmarks = [new StartBenchmark(), new ImportBenchmark(), new TrainingBenchmark(), new LoggingBenchmark(), new RunSearchBenchmark()];

benchmarks = [.. benchmarks, new RecipeBenchmark(), new RowsBenchmark()];
switch (args)
{
    case ["hello", var url]:
        return await HelloWorld.ServeAsync(url);

    case [RecipeBenchmark.OursVerb, var parquet, var work]:
        return await RecipeBenchmark.RunOursAsync(parquet, work);

    case [ImportBenchmark.OursVerb, var csv, var folder]:
        return await ImportBenchmark.RunOursAsync(csv, folder);

    case [ImportBenchmark.DuckDbVerb, var csv, var folder]:
        return await ImportBenchmark.RunDuckDbAsync(csv, folder);

    case [TrainingBenchmark.OursVerb, var parquet, var folder, var algorithm, var parameters]:
        return await TrainingBenchmark.RunOursAsync(parquet, folder, algorithm, parameters);

    case ["--test"]:
        foreach (var benchmark in benchmarks)
        {
            Console.WriteLine($"== {benchmark.Name}");
            await benchmark.RunAsync(BenchmarkSize.Tiny, []);
        }

        return 0;

    case [var name, "--test"] when benchmarks.FirstOrDefault(b => b.Name == name) is { } chosen:
        return await chosen.RunAsync(BenchmarkSize.Tiny, []) ? 0 : 1;

    case [var name, .. var options] when benchmarks.FirstOrDefault(b => b.Name == name) is { } chosen:
        return await chosen.RunAsync(BenchmarkSize.Full, options) ? 0 : 1;

    default:
        Console.WriteLine("Benchmarks:");
        foreach (var benchmark in benchmarks)
        {
            Console.WriteLine($"  {benchmark.Name,-10} {benchmark.Question}");
        }

        Console.WriteLine("  --test     each once, on tiny data");
        return args.Length == 0 ? 0 : 2;
}
