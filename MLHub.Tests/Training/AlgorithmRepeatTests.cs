using MLHub.Core.Training;
using MLHub.Training.Algorithms;

namespace MLHub.Tests.Training;

/// <summary>
/// Equal runs give equal models, to the last bit. Each is trained in a process of its own, as always: the first of ML.NET's tree learners in a
/// process decides for all later ones how many threads they use, and the additive model is exact with one only.
/// </summary>
public sealed class AlgorithmRepeatTests
{
    public static TheoryData<string, TrainingTask> Algorithms()
    {
        var cases = new TheoryData<string, TrainingTask>();
        foreach (var descriptor in AlgorithmList.All.Select(a => a.Descriptor))
        {
            cases.Add(descriptor.Name, descriptor.Tasks[0]);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Equal_runs_give_equal_models(string algorithm, TrainingTask task)
    {
        using var bench = AlgorithmContractTests.Bench(task);
        var configuration = AlgorithmContractTests.Configuration(algorithm, task);

        var first = await bench.TrainInChildAsync(configuration);
        var second = await bench.TrainInChildAsync(configuration);

        Assert.Equal(await File.ReadAllBytesAsync(first.ModelPath), await File.ReadAllBytesAsync(second.ModelPath));
    }
}
