using Microsoft.ML.Trainers.FastTree;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>ML.NET's trees as ours.</summary>
internal static class Trees
{
    /// <param name="scale">Every leaf is multiplied by it.</param>
    public static TreeEnsemble Take<T>(TreeEnsemble<T> from, double scale, double shift)
        where T : RegressionTreeBase
    {
        var trees = new Tree[from.Trees.Count];
        for (var t = 0; t < trees.Length; t++)
        {
            var tree = from.Trees[t];
            var weight = from.TreeWeights[t] * scale;
            trees[t] = new(
                [.. tree.LeftChild],
                [.. tree.RightChild],
                [.. tree.NumericalSplitFeatureIndexes],
                [.. tree.NumericalSplitThresholds],
                [.. tree.LeafValues.Select(v => v * weight)]);
        }

        return new((from.Bias * scale) + shift, trees);
    }
}
