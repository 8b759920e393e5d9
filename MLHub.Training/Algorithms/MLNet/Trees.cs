using Microsoft.ML.Trainers.FastTree;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>ML.NET's trees as ours, and their loss stage by stage.</summary>
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

    /// <summary>The sum of the first trees for each row, after every tree: <paramref name="stage"/> is called with 1, 2, … and the sums.</summary>
    public static void Stages(TreeEnsemble ensemble, Preparation.FeatureMatrix rows, Action<int, double[]> stage)
    {
        var sums = new double[rows.Rows];
        Array.Fill(sums, ensemble.Bias);
        for (var t = 0; t < ensemble.Trees.Length; t++)
        {
            for (var r = 0; r < sums.Length; r++)
            {
                sums[r] += ensemble.Trees[t].Score(rows.Row(r));
            }

            stage(t + 1, sums);
        }
    }
}
