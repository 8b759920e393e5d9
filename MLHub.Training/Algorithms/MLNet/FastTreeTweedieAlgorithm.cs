using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Boosted trees for amounts that are often zero and never negative. The trees' sum is the logarithm of the amount.</summary>
internal sealed class FastTreeTweedieAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "fast-tree-tweedie",
        "FastTree Tweedie",
        [TrainingTask.Regression],
        "Boosted trees for amounts that are zero in many rows and never negative: claims, rain, sales.",
        CurveKind.Afterwards,
        BoostedTrees.Parameters(Parameter.Number("index", 1.5, 1, 2, "Between 1 (counts) and 2 (amounts without zeros).")))
    {
        Effort = Effort.Large,
        Presets = BoostedTrees.Presets,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var labels = request.Train.Labels;
        if (Array.Exists(labels, l => l < 0))
        {
            throw HubException.Field("algorithm", "Tweedie regression needs a target without negative values. Choose another algorithm.", "TARGET_NEGATIVE");
        }

        // It starts from an amount of 1: the mean is taken out and put back, so that the unit does not matter.
        var mean = labels.Average(l => (double)l);
        if (mean == 0)
        {
            throw HubException.Field("target", "All training values of the target are 0: there is nothing to learn.", "TARGET_CONSTANT");
        }

        var scaled = request.Train with { Labels = Array.ConvertAll(labels, l => (float)(l / mean)) };
        var options = BoostedTrees.Options<FastTreeTweedieTrainer.Options>(request);
        options.Index = request.Parameters.Number("index");
        var (grown, stopped) = GrownTrees.Fit(
            request,
            context => context.Regression.Trainers.FastTreeTweedie(options),
            trainer => Trees.Take(trainer.Fit(new MatrixView(scaled, LabelKind.Number)).Model.TrainedTreeEnsemble, 1, Math.Log(mean)),
            ensemble => Trees.Take(ensemble, 1, Math.Log(mean)),
            cancellationToken);
        return BoostedTrees.Outcome(request, grown, Link.Exponential, stopped);
    }
}
