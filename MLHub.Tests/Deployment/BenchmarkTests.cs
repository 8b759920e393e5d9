using System.Diagnostics;
using MLHub.Tests.Support;

namespace MLHub.Tests.Deployment;

public sealed class BenchmarkTests
{
    [Fact]
    [Trait(Category.Trait, Category.Slow)]
    public async Task Every_benchmark_runs_once()
    {
        var output = Path.GetRelativePath(Path.Combine(Repository.Root, "MLHub.Tests"), AppContext.BaseDirectory);
        var program = Path.Combine(Repository.Root, "benchmarks", "MLHub.Benchmarks", output, "MLHub.Benchmarks");

        using var process = Process.Start(new ProcessStartInfo(program, ["--test"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, $"{await text}\n{await errors}");
        Assert.Contains("goal: first page", await text, StringComparison.Ordinal);
        Assert.Contains("MLHub import", await text, StringComparison.Ordinal);
    }
}
