using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>The learning curve of trees that were grown in one go: the loss of the first 1, 2, 3 … trees, on a bounded number of rows.</summary>
internal static class TreeCurve
{
    private const int MaxRows = 20_000;

    /// <summary>Rows × trees × classes; above it there are fewer rows.</summary>
    private const long MaxSteps = 40_000_000;

    /// <param name="ensembles">One, or one per class.</param>
    /// <param name="isMean">The leaves are divided by the number of all trees; the first ones alone have to be scaled up again.</param>
    public static IReadOnlyList<LossSeries> Of(FitRequest request, IReadOnlyList<TreeEnsemble> ensembles, Link link, bool isMean)
    {
        if (ensembles.All(e => e.Trees.Length == 0))
        {
            return [];
        }

        var name = request.Task == TrainingTask.Regression ? "rmse" : "log_loss";
        var series = new List<LossSeries> { new($"train_{name}", Points(request.Train)) };
        if (request.Validation is not null)
        {
            series.Add(new($"val_{name}", Points(request.Validation)));
        }

        return series;

        List<LossPoint> Points(LabeledMatrix all)
        {
            var stages = ensembles.Max(e => e.Trees.Length);
            var rows = all.Thin((int)Math.Clamp(MaxSteps / (stages * (long)ensembles.Count), 200, MaxRows));
            var sums = new double[rows.Labels.Length * ensembles.Count];
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] = ensembles[i % ensembles.Count].Bias;
            }

            var answers = new double[sums.Length];
            var points = new List<LossPoint>(stages);
            for (var stage = 1; stage <= stages; stage++)
            {
                for (var e = 0; e < ensembles.Count; e++)
                {
                    // A class with fewer trees is done.
                    if (stage <= ensembles[e].Trees.Length)
                    {
                        var tree = ensembles[e].Trees[stage - 1];
                        for (var r = 0; r < rows.Labels.Length; r++)
                        {
                            sums[(r * ensembles.Count) + e] += tree.Score(rows.Features.Row(r));
                        }
                    }
                }

                for (var i = 0; i < answers.Length; i++)
                {
                    var trees = ensembles[i % ensembles.Count].Trees.Length;
                    answers[i] = isMean ? sums[i] * trees / Math.Min(stage, Math.Max(1, trees)) : sums[i];
                }

                Links.Apply(link, answers, ensembles.Count);
                points.Add(new(stage, Losses.Mean(request.Task, answers, rows.Labels, ensembles.Count)));
            }

            return points;
        }
    }
}
