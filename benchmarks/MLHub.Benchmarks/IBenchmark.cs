namespace MLHub.Benchmarks;

/// <summary>
/// One question about speed or memory, answered against named references in the same run: absolute times depend on the
/// machine and its load, ratios much less.
/// </summary>
internal interface IBenchmark
{
    string Name { get; }

    string Question { get; }

    /// <returns>Whether all goals were met.</returns>
    Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options);
}

internal enum BenchmarkSize
{
    /// <summary>Only shows that the benchmark works; its figures say nothing.</summary>
    Tiny,

    Full,
}
