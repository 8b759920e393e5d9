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

    /// <param name="hasLabels">Anomalies: their truth is known.</param>
    public static string Metric(TrainingTask task, bool hasLabels) => task switch
    {
        TrainingTask.Binary => "auc",
        TrainingTask.Multiclass => "log_loss",
        TrainingTask.Regression => "rmse",
        TrainingTask.Clustering => "regrouped",
        _ => hasLabels ? "auc" : "reordered",
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
        var before = model.Score(matrix, threads);
        var whole = Worse(task, classes, actual, before, before);
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
                losses[repeat] = Worse(task, classes, actual, before, model.Score(shuffled, threads)) - whole;
            }

            var mean = losses.Average();
            importance.Add(new(pipeline.Columns[c].Schema.Name, mean, Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / (Repeats - 1))));
        }

        return [.. importance.OrderByDescending(i => i.Mean).ThenBy(i => i.Feature, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The same for a model with a recipe before its pipeline: the raw cells themselves are shuffled and go through all of it, because a column
    /// that the recipe makes may depend on several.
    /// </summary>
    /// <param name="score">Cells in the order of the columns → scores.</param>
    /// <param name="cells">Positions of rows → their cells.</param>
    public static IReadOnlyList<FeatureImportance> Compute(
        TrainingTask task, int classes, IReadOnlyList<string> columns, Func<IReadOnlyList<object?[]>, double[]> score, Func<int[], IReadOnlyList<object?[]>> cells, double[] target, int[] rows, int seed,
        CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(MaxScoredRows / (Repeats * columns.Count), MinRows, MaxRows);
        var random = new Random(seed);
        if (rows.Length > limit)
        {
            rows = [.. rows];
            random.Shuffle(rows);
            rows = rows[..limit];
        }

        var raw = cells(rows);
        var actual = Array.ConvertAll(rows, r => target[r]);
        var before = score(raw);
        var whole = Worse(task, classes, actual, before, before);
        if (double.IsNaN(whole))
        {
            return [];
        }

        var importance = new List<FeatureImportance>();
        for (var c = 0; c < columns.Count; c++)
        {
            var losses = new double[Repeats];
            for (var repeat = 0; repeat < Repeats; repeat++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var order = Enumerable.Range(0, raw.Count).ToArray();
                random.Shuffle(order);
                var shuffled = raw.Select((row, r) =>
                {
                    var copy = (object?[])row.Clone();
                    copy[c] = raw[order[r]][c];
                    return copy;
                }).ToList();
                losses[repeat] = Worse(task, classes, actual, before, score(shuffled)) - whole;
            }

            var mean = losses.Average();
            importance.Add(new(columns[c], mean, Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / (Repeats - 1))));
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

    /// <summary>The metric, turned so that more is worse. Without a truth: how far the answers are from those before.</summary>
    private static double Worse(TrainingTask task, int classes, double[] actual, double[] before, double[] scores)
    {
        if (task == TrainingTask.Clustering)
        {
            var outputs = scores.Length / actual.Length;
            return Enumerable.Range(0, actual.Length).Average(r =>
                CentreModel.Nearest(before.AsSpan(r * outputs, outputs)) == CentreModel.Nearest(scores.AsSpan(r * outputs, outputs)) ? 0.0 : 1);
        }

        if (task == TrainingTask.Anomaly && !HasLabels(actual))
        {
            return 1 - RankCorrelation(before, scores);
        }

        var value = MetricSet.Of(task, classes, actual, scores).Values.GetValueOrDefault(Metric(task, hasLabels: true), double.NaN);
        return task is TrainingTask.Binary or TrainingTask.Anomaly ? -value : value;
    }

    public static bool HasLabels(double[] actual) => Array.Exists(actual, a => a == 0) && Array.Exists(actual, a => a == 1);

    /// <summary>Spearman's: 1 when the order stays.</summary>
    private static double RankCorrelation(double[] a, double[] b)
    {
        var (x, y) = (Ranks(a), Ranks(b));
        var (meanX, meanY) = (x.Average(), y.Average());
        var (xx, yy, xy) = (0d, 0d, 0d);
        for (var i = 0; i < x.Length; i++)
        {
            (xx, yy, xy) = (xx + ((x[i] - meanX) * (x[i] - meanX)), yy + ((y[i] - meanY) * (y[i] - meanY)), xy + ((x[i] - meanX) * (y[i] - meanY)));
        }

        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : 1;
    }

    private static double[] Ranks(double[] values)
    {
        var ranks = new double[values.Length];
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && values[order[to]] == values[order[from]])
            {
                to++;
            }

            for (var i = from; i < to; i++)
            {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }

            from = to;
        }

        return ranks;
    }
}
