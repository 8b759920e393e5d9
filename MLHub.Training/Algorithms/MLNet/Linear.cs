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

    /// <summary>Targets with mean 0 and deviation 1.</summary>
    public static (float[] Standard, double Mean, double Deviation) Standardise(float[] labels)
    {
        var mean = labels.Average(l => (double)l);
        var deviation = Math.Max(Math.Sqrt(labels.Average(l => (l - mean) * (l - mean))), float.Epsilon);
        return (Array.ConvertAll(labels, l => (float)((l - mean) / deviation)), mean, deviation);
    }

    /// <summary>Scores of a margin as log-odds, by Platt.</summary>
    public static (double[] Weights, double Bias) Calibrate(LinearBinaryModelParameters model, FitRequest request)
    {
        var raw = new LinearModel(Link.Identity, [[.. model.Weights.Select(w => (double)w)]], [model.Bias]);
        // Rows that the weights do not know give the honest slope; a handful of them would not.
        var rows = request.Validation is { Labels.Length: >= 100 } validation && validation.Labels.Distinct().Count() == 2 ? validation : request.Train;
        var (a, b) = PlattScaling.Fit(raw.Score(rows.Features, 1), rows.Labels);
        return ([.. model.Weights.Select(w => -a * w)], (-a * model.Bias) - b);
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
