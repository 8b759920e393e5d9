using Microsoft.ML.Trainers.FastTree;
using MLHub.Core.Evaluation;
using MLHub.Core.Training;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>What ML.NET's boosted trees have in common.</summary>
internal static class BoostedTrees
{
    public static IReadOnlyList<AlgorithmPreset> Presets { get; } =
    [
        Parameter.Preset("Quick", "A first impression.", ("trees", 50), ("learningRate", 0.2)),
        Parameter.Preset("Thorough", "Many small steps; takes several times as long.", ("trees", 1000), ("learningRate", 0.03)),
    ];

    public static IReadOnlyList<ParameterDescriptor> Parameters(params IEnumerable<ParameterDescriptor> more) =>
    [
        Parameter.Integer("trees", 200, 1, 5000, "How many trees.", log: true),
        Parameter.Number("learningRate", 0.1, 0.001, 1, "How much each tree may change the model.", log: true).Searched(0.02, 0.4),
        Parameter.Integer("numLeaves", 20, 2, 2048, "Leaves per tree.", log: true).Searched(4, 128),
        Parameter.Integer("minDataInLeaf", 10, 1, 100_000, "Fewest training rows in a leaf.", log: true).Searched(2, 100),
        .. more,
        Parameter.Boolean("keepBest", true, "Keep only the first trees up to the lowest validation loss; the later ones overfit.").Advanced(),
        Parameter.Number("featureFraction", 1, 0.05, 1, "Share of the features that each tree may use.").Advanced(),
        Parameter.Integer("maxBin", 255, 3, 1024, "Into how many ranges a number is divided before splits are sought.").Advanced(),
    ];

    public static T Options<T>(FitRequest request)
        where T : BoostedTreeOptions, new()
    {
        var p = request.Parameters;
        return new T
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
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

    public static FitOutcome Outcome(FitRequest request, TreeEnsemble grown, Link link, EarlyStop? stopped)
    {
        var (kept, curve) = Keep(request, grown, link);
        return new(new TreeModel(link, [kept]))
        {
            Iterations = kept.Trees.Length,
            StoppedEarly = stopped ?? (kept.Trees.Length < request.Parameters.Integer("trees") && request.Validation is not null ? EarlyStop.NoImprovement : null),
            LossCurve = curve,
        };
    }

    /// <summary>All stages are known after training: the best one is kept, as early stopping would have done.</summary>
    public static (TreeEnsemble Ensemble, IReadOnlyList<LossSeries> Curve) Keep(FitRequest request, TreeEnsemble ensemble, Link link)
    {
        var curve = TreeCurve.Of(request, [ensemble], link, isMean: false);
        if (!request.Parameters.Boolean("keepBest") || request.Validation is null || ensemble.Trees.Length == 0)
        {
            return (ensemble, curve);
        }

        var best = curve[^1].Points.MinBy(p => p.Value)!.Step;
        return (ensemble with { Trees = ensemble.Trees[..(int)best] }, curve);
    }
}
