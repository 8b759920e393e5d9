using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>Looks at the target alone: the shares of the classes, or the mean. What does not beat it has learned nothing.</summary>
internal sealed class BaselineAlgorithm : IAlgorithm
{
    /// <summary>For classes without a training row: their share is not quite nothing, so that a logarithm can be taken.</summary>
    private const double Nothing = 1e-9;

    public AlgorithmDescriptor Descriptor { get; } = new(
        TrialPlanner.Baseline,
        "Baseline",
        [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression],
        "Gives every row the same answer, the most frequent class or the mean: the yardstick that others have to beat.",
        CurveKind.None,
        [])
    {
        Effort = Effort.Small,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var labels = request.Train.Labels;
        var (link, biases) = request.Task switch
        {
            TrainingTask.Regression => (Link.Identity, [labels.Average(l => (double)l)]),
            TrainingTask.Binary => (Link.Logistic, [Math.Log(Share(labels, 1) / Share(labels, 0))]),
            _ => (Link.Softmax, Enumerable.Range(0, request.Classes).Select(c => Math.Log(Share(labels, c))).ToArray()),
        };
        return new(new LinearModel(link, [.. biases.Select(_ => new double[request.Train.Features.Columns])], biases));
    }

    private static double Share(float[] labels, int of) => Math.Max(Nothing, (double)labels.Count(l => (int)l == of) / labels.Length);
}
