using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>
/// ML.NET's random forest. Classes are learned as numbers 0 and 1: each leaf then holds the share of the class among its rows and the
/// forest's mean is a probability, as in Breiman's forest. ML.NET's own binary forest would have to be calibrated on rows it knows by heart.
/// </summary>
internal sealed class FastForestAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "fast-forest",
        "FastForest",
        [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression],
        "Random forest of ML.NET: robust without tuning; many independent trees whose answers are averaged.",
        CurveKind.Afterwards,
        [
            Parameter.Integer("trees", 200, 1, 5000, "How many trees. More never hurt, they only take time.", log: true),
            Parameter.Integer("numLeaves", 500, 2, 10_000, "Leaves per tree. Few leaves make a forest weak.", log: true).Searched(16, 1024),
            Parameter.Integer("minDataInLeaf", 3, 1, 100_000, "Fewest training rows in a leaf.", log: true).Searched(1, 50),
            Parameter.ClassWeights,
            Parameter.Number("featureFraction", 1, 0.05, 1, "Share of the features that each tree may use.").Advanced(),
            Parameter.Number("featureFractionPerSplit", 0.5, 0.05, 1, "Share of those features that each split looks at.").Searched(0.2, 1).Advanced(),
            Parameter.Number("baggingFraction", 0.7, 0.05, 1, "Share of the rows that each tree sees.").Advanced(),
        ])
    {
        Effort = Effort.Large,
        Presets =
        [
            Parameter.Preset("Quick", "A first impression.", ("trees", 50), ("numLeaves", 200)),
            Parameter.Preset("Thorough", "More and larger trees; takes several times as long.", ("trees", 500), ("numLeaves", 2000), ("minDataInLeaf", 1)),
        ],
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        if (request.Task == TrainingTask.Multiclass)
        {
            var (perClass, early) = OneVersusAll.Fit(request, r => Grow(r, cancellationToken), new TreeEnsemble(0, []), keepsModelSoFar: true, cancellationToken);
            return new(new TreeModel(Link.Shares, perClass))
            {
                Iterations = perClass.Max(e => e.Trees.Length),
                StoppedEarly = early,
                LossCurve = TreeCurve.Of(request, perClass, Link.Shares, isMean: true),
            };
        }

        var (ensemble, stopped) = Grow(request, cancellationToken);
        var link = request.Task == TrainingTask.Binary ? Link.Shares : Link.Identity;
        return new(new TreeModel(link, [ensemble]))
        {
            Iterations = ensemble.Trees.Length,
            StoppedEarly = stopped,
            LossCurve = TreeCurve.Of(request, [ensemble], link, isMean: true),
        };
    }

    private static (TreeEnsemble, EarlyStop?) Grow(FitRequest request, CancellationToken cancellationToken)
    {
        var p = request.Parameters;
        var options = new FastForestRegressionTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
            NumberOfTrees = p.Integer("trees"),
            NumberOfLeaves = p.Integer("numLeaves"),
            MinimumExampleCountPerLeaf = Math.Min(p.Integer("minDataInLeaf"), Math.Max(1, request.Train.Labels.Length / 20)),
            FeatureFraction = p.Number("featureFraction"),
            FeatureFractionPerSplit = p.Number("featureFractionPerSplit"),
            BaggingExampleFraction = p.Number("baggingFraction"),
            BaggingSize = 1,
            // Samples of the leaves for quantiles, which nobody asks for.
            NumberOfQuantileSamples = 1,
            NumberOfThreads = request.Threads,
            Seed = request.Seed,
            FeatureSelectionSeed = request.Seed,
        };
        return GrownTrees.Fit(
            request,
            context => context.Regression.Trainers.FastForest(options),
            trainer => Mean(trainer.Fit(new MatrixView(request.Train, LabelKind.Number)).Model.TrainedTreeEnsemble),
            Mean,
            cancellationToken);
    }

    /// <summary>A forest answers with the mean of its trees.</summary>
    private static TreeEnsemble Mean<T>(TreeEnsemble<T> ensemble)
        where T : RegressionTreeBase => Trees.Take(ensemble, 1d / ensemble.Trees.Count, 0);
}
