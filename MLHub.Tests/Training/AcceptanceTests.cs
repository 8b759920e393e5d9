using MLHub.Core.Training;

namespace MLHub.Tests.Training;

/// <summary>LightGBM with its defaults, on files that it was not tuned to. Bounds are for the mean and for the worst of several seeds.</summary>
public sealed class AcceptanceTests(ITestOutputHelper output)
{
    private static readonly int[] _seeds = [42, 1, 2, 3, 4, 5, 6, 7];

    [Theory]
    [InlineData("PimaIndiansDiabetes2.csv", "diabetes", TrainingTask.Binary, "auc", 0.78, 0.74, 8)]
    [InlineData("iris.csv", "Species", TrainingTask.Multiclass, "accuracy", 0.90, 0.86, 8)]
    [InlineData("diamonds.csv", "price", TrainingTask.Regression, "r2", 0.97, 0.97, 1)]
    public async Task LightGBM_defaults_are_good_on_held_out_rows(string file, string target, TrainingTask task, string metric, double mean, double worst, int seeds)
    {
        using var bench = TrainingBench.FromCsv(file);

        var values = new List<double>();
        foreach (var seed in _seeds.Take(seeds))
        {
            var run = await bench.TrainAsync(new() { Task = task, Target = target, Algorithm = "lightgbm", Split = new() { TestFraction = 0.2, Seed = seed } });
            values.Add(run.Result.Metrics[metric]);
            output.WriteLine($"seed {seed}: {metric} {run.Result.Metrics[metric]:F4}, {run.Result.Iterations} iterations, {run.Result.StoppedEarly}, {string.Join(' ', run.Result.Seconds)}");
        }

        output.WriteLine($"mean {values.Average():F4}, worst {values.Min():F4}");
        Assert.True(values[0] >= mean, $"Default seed: {values[0]}.");
        Assert.True(values.Average() >= mean, $"Mean {values.Average()}.");
        Assert.True(values.Min() >= worst, $"Worst {values.Min()}.");
    }
}
