using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;
using MLHub.Training.Preparation;

namespace MLHub.Training.Explanation;

/// <summary>
/// How much worse the model gets when a raw column's values are shuffled among the rows (Breiman, 2001). All features made from one column
/// move together; each depends on that column alone, so this equals shuffling the raw values.
/// </summary>
internal static class PermutationImportance
{
    private const int Repeats = 5;
    private const int MaxRows = 2000;
    private const int MinRows = 200;

    /// <summary>Bounds the time: rows scored in all.</summary>
    private const int MaxScoredRows = 150_000;

    public static string Metric(TrainingTask task) => task switch
    {
        TrainingTask.Binary => "auc",
        TrainingTask.Multiclass => "log_loss",
        _ => "rmse",
    };

    /// <returns>Every column of the pipeline, most important first; empty when the metric is not defined on these rows.</returns>
    public static IReadOnlyList<FeatureImportance> Compute(
        TrainingTask task, int classes, FeaturePipeline pipeline, ITrainedModel model, RawTable table, double[] target, int[] rows, int seed, int threads, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(MaxScoredRows / (Repeats * pipeline.Columns.Count), MinRows, MaxRows);
        var random = new Random(seed);
        if (rows.Length > limit)
        {
            rows = [.. rows];
            random.Shuffle(rows);
            rows = rows[..limit];
        }

        var matrix = pipeline.Transform(table, rows);
        var actual = Array.ConvertAll(rows, r => target[r]);
        var whole = Worse(task, classes, actual, model.Score(matrix, threads));
        if (double.IsNaN(whole))
        {
            return [];
        }

        var importance = new List<FeatureImportance>();
        for (var c = 0; c < pipeline.Columns.Count; c++)
        {
            var slots = Enumerable.Range(0, matrix.Columns).Where(s => pipeline.Slots[s].Column == c).ToArray();
            var losses = new double[Repeats];
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var shuffled = Shuffle(matrix, slots, random);
                losses[repeat] = Worse(task, classes, actual, model.Score(shuffled, threads)) - whole;
            }

            var mean = losses.Average();
            importance.Add(new(pipeline.Columns[c].Schema.Name, mean, Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / (Repeats - 1))));
        }

        return [.. importance.OrderByDescending(i => i.Mean).ThenBy(i => i.Feature, StringComparer.Ordinal)];
    }

    private static FeatureMatrix Shuffle(FeatureMatrix matrix, int[] slots, Random random)
    {
        var order = Enumerable.Range(0, matrix.Rows).ToArray();
        random.Shuffle(order);
        var shuffled = matrix.Copy();
        for (var r = 0; r < order.Length; r++)
        {
            foreach (var slot in slots)
            {
                shuffled.Values[(r * matrix.Columns) + slot] = matrix.Values[(order[r] * matrix.Columns) + slot];
            }
        }

        return shuffled;
    }

    /// <summary>The metric, turned so that more is worse.</summary>
    private static double Worse(TrainingTask task, int classes, double[] actual, double[] scores)
    {
        var value = MetricSet.Of(task, classes, actual, scores).Values.GetValueOrDefault(Metric(task), double.NaN);
        return task == TrainingTask.Binary ? -value : value;
    }
}
