using MLHub.Core.Training;
using MLHub.Tests.Support;
using MLHub.Training.Algorithms;

namespace MLHub.Tests.Training;

/// <summary>
/// Equal runs give equal models, to the last bit. MLHub trains each model in a process of its own. ML.NET keeps the number of threads of its
/// trees for the whole process, so another test that trains beside this one would change the order in which it adds up.
/// </summary>
[Collection(Alone.Name)]
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

        var first = await bench.TrainAsync(configuration);
        var second = await bench.TrainAsync(configuration);

        Assert.Equal(await File.ReadAllBytesAsync(first.ModelPath), await File.ReadAllBytesAsync(second.ModelPath));
    }
}
