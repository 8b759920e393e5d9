using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>
/// Trains every algorithm on twenty rows. Loads native libraries, which may end the process when they do not fit the machine: to be run
/// in a child process, never in the web process.
/// </summary>
public static class AlgorithmSelfTest
{
    private const int Rows = 20;

    /// <returns>Name → reason, for those that do not work here.</returns>
    public static IReadOnlyDictionary<string, string> Run()
    {
        var unavailable = new Dictionary<string, string>();
        foreach (var algorithm in AlgorithmList.All)
        {
            try
            {
                Train(algorithm);
            }
            catch (Exception broken) when (broken is not OutOfMemoryException)
            {
                unavailable[algorithm.Descriptor.Name] = Reason(broken);
            }
        }

        return unavailable;
    }

    private static void Train(IAlgorithm algorithm)
    {
        var task = algorithm.Descriptor.Tasks[0];
        var random = new Random(1);
        var values = Enumerable.Range(0, Rows * 2).Select(_ => random.NextSingle()).ToArray();
        var labels = Enumerable.Range(0, Rows).Select(r => values[r * 2] > 0.5f ? 1f : 0f).ToArray();
        var features = new FeatureMatrix(values, Rows, 2);
        var request = new FitRequest(
            task,
            task is TrainingTask.Binary or TrainingTask.Multiclass ? 2 : 0,
            new(features, labels),
            null,
            [new("a", 0, false), new("b", 1, false)],
            new(TrainingConfigurationCheck.Complete(algorithm.Descriptor, task, new Dictionary<string, System.Text.Json.JsonElement>())),
            1,
            1,
            FitMonitor.Quiet);
        using var model = algorithm.Fit(request, CancellationToken.None).Model;
        if (Array.Exists(model.Score(features, 1), s => !double.IsFinite(s)))
        {
            throw new InvalidOperationException("It trained, but its predictions are not numbers.");
        }
    }

    private static string Reason(Exception broken) => broken switch
    {
        TypeInitializationException { InnerException: { } inner } => Reason(inner),
        DllNotFoundException => $"its native library cannot be loaded ({broken.Message.Split('\n')[0]})",
        _ => broken.Message.Split('\n')[0],
    };
}
