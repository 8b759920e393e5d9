using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLHub.Core.Common;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>ML.NET's linear models as ours.</summary>
internal static class Linear
{
    public static LinearModel Take(Link link, LinearModelParameters model) =>
        new(link, [[.. model.Weights.Select(w => (double)w)]], [model.Bias]);

    public static LinearModel Take(MaximumEntropyModelParameters model)
    {
        VBuffer<float>[]? weights = null;
        model.GetWeights(ref weights!, out var classes);
        return new(
            Link.Softmax,
            [.. weights.Take(classes).Select(w => w.DenseValues().Select(v => (double)v).ToArray())],
            [.. model.GetBiases().Select(b => (double)b)]);
    }

    /// <summary>Diverged weights would answer NaN to everything.</summary>
    public static LinearModel RequireFinite(LinearModel model, FeatureMatrix rows)
    {
        foreach (var score in model.Score(rows, 1))
        {
            if (!double.IsFinite(score))
            {
                throw HubException.Impossible("Training did not converge: the weights grew beyond all bounds. Raise the regularisation or remove extreme values.", "DIVERGED");
            }
        }

        return model;
    }
}
