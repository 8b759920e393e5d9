using MLHub.Core.Evaluation;
using MLHub.Training.Preparation;

namespace MLHub.Training.Evaluation;

/// <summary>Metrics of predicted numbers, defined as in scikit-learn 1.2.</summary>
internal static class RegressionMetrics
{
    private const int ResidualBins = 30;

    public static MetricSet Of(double[] actual, double[] predicted)
    {
        var (squares, absolute, relative, zeros) = (0d, 0d, 0d, 0);
        var mean = actual.Average();
        var spread = 0d;
        for (var r = 0; r < actual.Length; r++)
        {
            var error = actual[r] - predicted[r];
            squares += error * error;
            absolute += Math.Abs(error);
            relative += Math.Abs(error) / Math.Max(Math.Abs(actual[r]), 2.220446049250313e-16);
            spread += (actual[r] - mean) * (actual[r] - mean);
            zeros += actual[r] == 0 ? 1 : 0;
        }

        var values = new Dictionary<string, double>
        {
            ["rmse"] = Math.Sqrt(squares / actual.Length),
            ["mae"] = absolute / actual.Length,
            ["mape"] = relative / actual.Length,
        };
        var undefined = new List<string>();
        if (actual.Length < 2)
        {
            undefined.Add("One row has no spread: R² is not defined.");
        }
        else
        {
            // A constant target has no spread to explain: 1 for perfect predictions, else 0.
            values["r2"] = spread > 0 ? 1 - (squares / spread) : squares == 0 ? 1 : 0;
        }

        if (zeros > 0)
        {
            undefined.Add($"{zeros} rows have an actual value of 0: the relative error (mape) of these is meaningless and dominates its mean.");
        }

        return new(values, undefined);
    }

    /// <summary>At most <see cref="EvaluationReport.MaxScatterPoints"/> rows, the same ones for every run over these rows.</summary>
    public static IReadOnlyList<PredictedActual> Scatter(long[] rowIds, double[] actual, double[] predicted) =>
    [
        .. Enumerable.Range(0, actual.Length)
            .OrderBy(r => StableHash.Of(rowIds[r], 0))
            .Take(EvaluationReport.MaxScatterPoints)
            .Order()
            .Select(r => new PredictedActual(rowIds[r], predicted[r], actual[r])),
    ];

    /// <summary>Actual minus predicted.</summary>
    public static IReadOnlyList<HistogramBin> Residuals(double[] actual, double[] predicted) => Histogram([.. actual.Zip(predicted, (a, p) => a - p)], ResidualBins);

    /// <summary>Equal ranges from the smallest to the largest value.</summary>
    public static IReadOnlyList<HistogramBin> Histogram(double[] values, int bins)
    {
        var (min, max) = (values.Min(), values.Max());
        if (min == max)
        {
            return [new(min, max, values.Length)];
        }

        var width = (max - min) / bins;
        var counts = new long[bins];
        foreach (var value in values)
        {
            counts[Math.Clamp((int)((value - min) / width), 0, bins - 1)]++;
        }

        return [.. counts.Select((c, b) => new HistogramBin(min + (b * width), b == bins - 1 ? max : min + ((b + 1) * width), c))];
    }

    /// <summary>Tenths of the rows by prediction; fewer when there are fewer than ten rows.</summary>
    public static IReadOnlyList<ErrorDecile> Deciles(double[] actual, double[] predicted)
    {
        var order = Enumerable.Range(0, actual.Length).OrderBy(r => predicted[r]).ThenBy(r => r).ToArray();
        var parts = Math.Min(10, order.Length);
        return
        [
            .. Enumerable.Range(0, parts).Select(d =>
            {
                var rows = order[(int)((long)order.Length * d / parts)..(int)((long)order.Length * (d + 1) / parts)];
                return new ErrorDecile(predicted[rows[0]], predicted[rows[^1]], rows.Length, rows.Average(r => Math.Abs(actual[r] - predicted[r])), rows.Average(r => actual[r] - predicted[r]));
            }),
        ];
    }
}
