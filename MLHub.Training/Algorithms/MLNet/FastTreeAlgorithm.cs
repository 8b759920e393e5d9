using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers.FastTree;
using MLHub.Core.Evaluation;
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
        [
            Parameter.Integer("trees", 200, 1, 5000, "How many trees.", log: true),
            Parameter.Number("learningRate", 0.1, 0.001, 1, "How much each tree may change the model.", log: true),
            Parameter.Integer("numLeaves", 20, 2, 2048, "Leaves per tree.", log: true),
            Parameter.Integer("minDataInLeaf", 10, 1, 100_000, "Fewest training rows in a leaf.", log: true),
            Parameter.Number("featureFraction", 1, 0.05, 1, "Share of the features that each tree may use."),
            Parameter.Integer("maxBin", 255, 3, 1024, "Into how many ranges a number is divided before splits are sought."),
            Parameter.Boolean("keepBest", true, "Keep only the first trees up to the lowest validation loss; the later ones overfit."),
        ]);

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        if (request.Task == TrainingTask.Regression)
        {
            return FitRegression(request, cancellationToken);
        }

        if (request.Task == TrainingTask.Multiclass)
        {
            var never = new TreeEnsemble(-30, []);
            var perClass = OneVersusAll.Fit(request, r => Keep(r, FitBinary(r, cancellationToken), Links.Logistic).Ensemble, never, cancellationToken);
            return new(new TreeModel(Link.LogisticShares, perClass)) { Iterations = perClass.Max(e => e.Trees.Length) };
        }

        var (ensemble, curve) = Keep(request, FitBinary(request, cancellationToken), Links.Logistic);
        return Outcome(request, new(Link.Logistic, [ensemble]), ensemble, curve);
    }

    /// <returns>Trees whose sum is the log-odds.</returns>
    private static TreeEnsemble FitBinary(FitRequest request, CancellationToken cancellationToken)
    {
        var model = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
            .FastTree(Options<FastTreeBinaryTrainer.Options>(request))
            .Fit(new MatrixView(request.Train.Features, request.Train.Labels, LabelKind.Boolean)).Model, cancellationToken);
        var calibrator = (PlattCalibrator)model.Calibrator;
        return Trees.Take(model.SubModel.TrainedTreeEnsemble, -calibrator.Slope, -calibrator.Offset);
    }

    private static FitOutcome FitRegression(FitRequest request, CancellationToken cancellationToken)
    {
        var model = MLNetRun.Fit(request, context => context.Regression.Trainers
            .FastTree(Options<FastTreeRegressionTrainer.Options>(request))
            .Fit(new MatrixView(request.Train.Features, request.Train.Labels, LabelKind.Number)).Model, cancellationToken);
        var (ensemble, curve) = Keep(request, Trees.Take(model.TrainedTreeEnsemble, 1, 0), sum => sum);
        return Outcome(request, new(Link.Identity, [ensemble]), ensemble, curve);
    }

    private static FitOutcome Outcome(FitRequest request, TreeModel model, TreeEnsemble kept, IReadOnlyList<LossSeries> curve) => new(model)
    {
        Iterations = kept.Trees.Length,
        StoppedEarly = kept.Trees.Length < request.Parameters.Integer("trees") && request.Validation is not null ? EarlyStop.NoImprovement : null,
        LossCurve = curve,
    };

    /// <summary>All stages are known after training: the best one is kept, as early stopping would have done.</summary>
    private static (TreeEnsemble Ensemble, IReadOnlyList<LossSeries> Curve) Keep(FitRequest request, TreeEnsemble ensemble, Func<double, double> answer)
    {
        var curve = TreeCurve.Of(request, ensemble, (_, sum) => answer(sum));
        if (!request.Parameters.Boolean("keepBest") || request.Validation is null || ensemble.Trees.Length == 0)
        {
            return (ensemble, curve);
        }

        var best = curve[^1].Points.MinBy(p => p.Value)!.Step;
        return (ensemble with { Trees = ensemble.Trees[..(int)best] }, curve);
    }

    private static T Options<T>(FitRequest request)
        where T : BoostedTreeOptions, new()
    {
        var p = request.Parameters;
        return new T
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            NumberOfTrees = p.Integer("trees"),
            LearningRate = p.Number("learningRate"),
            NumberOfLeaves = p.Integer("numLeaves"),
            MinimumExampleCountPerLeaf = Math.Min(p.Integer("minDataInLeaf"), Math.Max(1, request.Train.Labels.Length / 20)),
            FeatureFraction = p.Number("featureFraction"),
            MaximumBinCountPerFeature = p.Integer("maxBin"),
            NumberOfThreads = request.Threads,
            Seed = request.Seed,
            FeatureSelectionSeed = request.Seed,
        };
    }
}
