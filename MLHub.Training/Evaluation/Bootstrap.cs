using MLHub.Core.Evaluation;
using MLHub.Core.Training;

namespace MLHub.Training.Evaluation;

/// <summary>
/// 95 % intervals of metrics by the percentiles of resampled rows (Efron). Above <see cref="MaxRows"/> rows, or with many classes, the resamples are smaller and
/// their spread is scaled by the square root of the ratio, as it shrinks with the number of rows.
/// </summary>
internal static class Bootstrap
{
    private const int Resamples = 200;
    private const int MaxRows = 10_000;

    /// <summary>Rows × classes per resample.</summary>
    private const int MaxNumbers = 400_000;

    /// <param name="estimates">The metrics of all rows; only these get intervals.</param>
    public static IReadOnlyDictionary<string, MetricInterval> Intervals(
        TrainingTask task, int classes, ScoredRows rows, IReadOnlyDictionary<string, double> estimates, int seed, CancellationToken cancellationToken)
    {
        var (count, random) = (rows.RowIds.Length, new Random(seed));
        var drawn = Math.Min(count, Math.Clamp(MaxNumbers / rows.Outputs, 200, MaxRows));
        if (count < 10)
        {
            return new Dictionary<string, MetricInterval>();
        }

        var values = estimates.Keys.ToDictionary(k => k, _ => new List<double>(Resamples));
        var outputs = rows.Outputs;
        var (actual, scores) = (new double[drawn], new double[drawn * outputs]);
        for (var resample = 0; resample < Resamples; resample++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < drawn; i++)
            {
                var row = random.Next(count);
                actual[i] = rows.Actual[row];
                Array.Copy(rows.Scores, row * outputs, scores, i * outputs, outputs);
            }

            foreach (var (name, value) in MetricSet.Of(task, classes, actual, scores).Values)
            {
                if (double.IsFinite(value) && values.TryGetValue(name, out var list))
                {
                    list.Add(value);
                }
            }
        }

        var scale = Math.Sqrt((double)drawn / count);
        return values
            // A metric that many resamples do not define has no honest interval.
            .Where(v => v.Value.Count > Resamples * 0.9)
            .ToDictionary(v => v.Key, v =>
            {
                v.Value.Sort();
                var estimate = estimates[v.Key];
                var (low, high) = (Quantile(v.Value, 0.025), Quantile(v.Value, 0.975));
                var middle = scale < 1 ? v.Value.Average() : estimate;
                return new MetricInterval(estimate + ((low - middle) * scale), estimate + ((high - middle) * scale));
            });
    }

    private static double Quantile(List<double> sorted, double at)
    {
        var place = at * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 < sorted.Count ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
