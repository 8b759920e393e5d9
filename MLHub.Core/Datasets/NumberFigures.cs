using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What finite numbers in order say about themselves.</summary>
internal static class NumberFigures
{
    /// <summary>Beyond, squares leave the range of a double.</summary>
    private const double Greatest = 1e150;

    /// <param name="sorted">At least one.</param>
    public static ColumnProfile Add(ColumnProfile column, ReadOnlySpan<double> sorted, JsonElement min, JsonElement max)
    {
        var n = sorted.Length;
        var (p25, p75) = (Quantiles.Of(sorted, 0.25), Quantiles.Of(sorted, 0.75));
        var range = 1.5 * (p75 - p25);
        var (low, high) = (Finite(p25 - range), Finite(p75 + range));
        var mean = Mean(sorted);
        double? deviation = n < 2 || sorted[0] <= -Greatest || sorted[^1] >= Greatest ? null : Math.Sqrt(Squares(sorted, mean) / (n - 1));
        column = column with
        {
            Min = min,
            Max = max,
            Mean = mean,
            StdDev = deviation,
            P1 = Quantiles.Of(sorted, 0.01),
            P5 = Quantiles.Of(sorted, 0.05),
            P25 = p25,
            Median = Quantiles.Of(sorted, 0.5),
            P75 = p75,
            P95 = Quantiles.Of(sorted, 0.95),
            P99 = Quantiles.Of(sorted, 0.99),
            LowFence = low,
            HighFence = high,
            Zeros = Above(sorted, 0) - Below(sorted, 0),
            Negatives = Below(sorted, 0),
            Outliers = low is null || high is null ? null : Below(sorted, low.Value) + n - Above(sorted, high.Value),
        };
        var (cubes, fourths) = deviation > 0 ? Powers(sorted, mean, deviation.Value) : (null, null);
        return WithMoments(column, cubes, fourths) with { Histogram = Bins(sorted, column.Type) };
    }

    /// <summary>
    /// From sums of the third and fourth powers of standardised values, which stay small. Joanes and Gill, Comparing measures of sample skewness and
    /// kurtosis, 1998: G₁ and G₂. The deviation divides by n − 1.
    /// </summary>
    public static ColumnProfile WithMoments(ColumnProfile column, double? cubes, double? fourths)
    {
        double n = column.Count - (column.NotFinite ?? 0);
        return column with
        {
            Skewness = n > 2 ? Finite(n / (n - 1) / (n - 2) * cubes) : null,
            Kurtosis = n > 3 ? Finite((n * (n + 1) / (n - 1) / (n - 2) / (n - 3) * fourths) - (3 * (n - 1) * (n - 1) / (n - 2) / (n - 3))) : null,
        };
    }

    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static double Mean(ReadOnlySpan<double> sorted)
    {
        // Of equal values none of which the sum can miss by a digit.
        if (sorted[0] == sorted[^1])
        {
            return sorted[0];
        }

        var sum = 0.0;
        foreach (var value in sorted)
        {
            sum += value;
        }

        if (double.IsFinite(sum))
        {
            return sum / sorted.Length;
        }

        sum = 0;
        foreach (var value in sorted)
        {
            sum += value / sorted.Length;
        }

        return sum;
    }

    private static double Squares(ReadOnlySpan<double> values, double mean)
    {
        var (squares, rest) = (0.0, 0.0);
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
            rest += value - mean;
        }

        // What the rounding of the mean adds.
        return Math.Max(0, squares - (rest * rest / values.Length));
    }

    private static (double? Cubes, double? Fourths) Powers(ReadOnlySpan<double> values, double mean, double deviation)
    {
        var (cubes, fourths) = (0.0, 0.0);
        foreach (var value in values)
        {
            var z = (value - mean) / deviation;
            cubes += z * z * z;
            fourths += z * z * z * z;
        }

        return (cubes, fourths);
    }

    private static List<HistogramBin> Bins(ReadOnlySpan<double> sorted, ColumnType type)
    {
        if (ProfileBins.Of(type, sorted[0], sorted[^1]) is not { } bins)
        {
            return [];
        }

        var counts = new long[bins.Count];
        foreach (var value in sorted)
        {
            counts[bins.Find(value)]++;
        }

        return bins.Histogram(counts);
    }

    /// <summary>How many are smaller.</summary>
    private static int Below(ReadOnlySpan<double> sorted, double bound)
    {
        var (from, to) = (0, sorted.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = sorted[middle] < bound ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    /// <summary>How many are not greater.</summary>
    private static int Above(ReadOnlySpan<double> sorted, double bound)
    {
        var (from, to) = (0, sorted.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = sorted[middle] <= bound ? (middle + 1, to) : (from, middle);
        }

        return from;
    }
}
