using MLHub.Core.Evaluation;
using MLHub.Training.Preparation;

namespace MLHub.Training.Evaluation;

/// <summary>The two directions along which rows spread most, by power iteration on the covariance; enough for a map.</summary>
internal static class PrincipalPlane
{
    private const int LearnedRows = 5000;
    private const int MaxRounds = 500;

    /// <returns>Share of the variance and place of every row along each direction. The largest weight of a direction is positive, so that equal rows give equal maps.</returns>
    public static (double[] Explained, double[][] Places) Of(FeatureMatrix rows)
    {
        var step = Math.Max(1, rows.Rows / LearnedRows);
        var some = Enumerable.Range(0, rows.Rows).Where(r => r % step == 0).ToArray();
        var mean = ClusterMetrics.Mean(rows, some);
        var variance = some.Sum(r => Square(rows.Row(r), mean)) / some.Length;
        var directions = new List<double[]>();
        var explained = new List<double>();
        for (var d = 0; d < Math.Min(2, rows.Columns); d++)
        {
            var (direction, along) = Strongest(rows, some, mean, directions);
            directions.Add(direction);
            explained.Add(variance > 0 ? along / variance : 0);
        }

        return ([.. explained], [.. directions.Select(d => Enumerable.Range(0, rows.Rows).Select(r => Along(rows.Row(r), mean, d)).ToArray())]);
    }

    public static ClusterMap Map(ScoredRows rows)
    {
        var (explained, places) = Of(rows.Features!);
        var clusters = ClusterMetrics.Assign(rows);
        return new(
            explained,
            [
                .. Enumerable.Range(0, rows.RowIds.Length)
                    .OrderBy(r => StableHash.Of(rows.RowIds[r], 0))
                    .Take(EvaluationReport.MaxScatterPoints)
                    .Order()
                    .Select(r => new ClusterMapPoint(rows.RowIds[r], places[0][r], places.Length > 1 ? places[1][r] : 0, clusters[r] + 1)),
            ]);
    }

    private static (double[] Direction, double Variance) Strongest(FeatureMatrix rows, int[] some, double[] mean, List<double[]> before)
    {
        var random = new Random(1);
        var direction = Enumerable.Range(0, mean.Length).Select(_ => random.NextDouble() - 0.5).ToArray();
        var variance = 0d;
        for (var round = 0; round < MaxRounds; round++)
        {
            foreach (var other in before)
            {
                var shared = Dot(direction, other);
                for (var f = 0; f < direction.Length; f++)
                {
                    direction[f] -= shared * other[f];
                }
            }

            if (!Normalise(direction))
            {
                break;
            }

            var next = new double[direction.Length];
            foreach (var row in some)
            {
                var values = rows.Row(row);
                var along = Along(values, mean, direction);
                for (var f = 0; f < next.Length; f++)
                {
                    next[f] += along * (values[f] - mean[f]) / some.Length;
                }
            }

            variance = Dot(next, direction);
            var change = next.Zip(direction, (n, o) => Math.Abs(n - (variance * o))).Max();
            if (change <= 1e-9 * variance)
            {
                break;
            }

            direction = next;
        }

        Normalise(direction);
        if (direction.MaxBy(Math.Abs) < 0)
        {
            direction = Array.ConvertAll(direction, v => -v);
        }

        return (direction, variance);
    }

    private static bool Normalise(double[] direction)
    {
        var length = Math.Sqrt(Dot(direction, direction));
        for (var f = 0; f < direction.Length && length > 0; f++)
        {
            direction[f] /= length;
        }

        return length > 0;
    }

    private static double Along(ReadOnlySpan<float> row, double[] mean, double[] direction)
    {
        var sum = 0d;
        for (var f = 0; f < mean.Length; f++)
        {
            sum += (row[f] - mean[f]) * direction[f];
        }

        return sum;
    }

    private static double Square(ReadOnlySpan<float> row, double[] mean) => Math.Pow(ClusterMetrics.Distance(row, mean), 2);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
