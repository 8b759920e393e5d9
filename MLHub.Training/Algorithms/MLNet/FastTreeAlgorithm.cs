using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers.FastTree;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>ML.NET's gradient-boosted trees (MART).</summary>
internal sealed class FastTreeAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "fast-tree",
        "FastTree",
        [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression],
        "Boosted trees of ML.NET: accurate on tables of numbers; several classes are learned one against all.",
        CurveKind.Afterwards,
        BoostedTrees.Parameters(Parameter.ClassWeights))
    {
        Presets = BoostedTrees.Presets,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        if (request.Task == TrainingTask.Multiclass)
        {
            var never = new TreeEnsemble(-30, []);
            var (perClass, early) = OneVersusAll.Fit(
                request,
                r =>
                {
                    var (trees, why) = FitBinary(r, cancellationToken);
                    return (BoostedTrees.Keep(r, trees, Link.Logistic).Ensemble, why);
                },
                never,
                keepsModelSoFar: true,
                cancellationToken);
            return new(new TreeModel(Link.LogisticShares, perClass))
            {
                Iterations = perClass.Max(e => e.Trees.Length),
                StoppedEarly = early,
                LossCurve = TreeCurve.Of(request, perClass, Link.LogisticShares, isMean: false),
            };
        }

        if (request.Task == TrainingTask.Regression)
        {
            var (grown, why) = GrownTrees.Fit(
                request,
                context => context.Regression.Trainers.FastTree(BoostedTrees.Options<FastTreeRegressionTrainer.Options>(request)),
                trainer => Trees.Take(trainer.Fit(new MatrixView(request.Train, LabelKind.Number)).Model.TrainedTreeEnsemble, 1, 0),
                ensemble => Trees.Take(ensemble, 1, 0),
                cancellationToken);
            return BoostedTrees.Outcome(request, grown, Link.Identity, why);
        }

        var (binary, stopped) = FitBinary(request, cancellationToken);
        return BoostedTrees.Outcome(request, binary, Link.Logistic, stopped);
    }

    /// <returns>Trees whose sum is the log-odds.</returns>
    private static (TreeEnsemble, EarlyStop?) FitBinary(FitRequest request, CancellationToken cancellationToken) => GrownTrees.Fit(
        request,
        context => context.BinaryClassification.Trainers.FastTree(BoostedTrees.Options<FastTreeBinaryTrainer.Options>(request)),
        trainer =>
        {
            var model = trainer.Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model;
            var calibrator = (PlattCalibrator)model.Calibrator;
            return Trees.Take(model.SubModel.TrainedTreeEnsemble, -calibrator.Slope, -calibrator.Offset);
        },
        // The slope that the trainer itself gives its calibrator.
        ensemble => Trees.Take(ensemble, 2 * request.Parameters.Number("learningRate"), 0),
        cancellationToken);
}
