using System.Globalization;

namespace MLHub.Core.Datasets;

/// <summary>Quantiles interpolated linearly, as numpy's and pandas' by default.</summary>
public static class Quantiles
{
    /// <summary>Aggregates for <see cref="Of(object, object)"/> of finite values: the quantiles between values, and the values themselves below them.</summary>
    public static string[] Aggregates(string value, IEnumerable<double> quantiles)
    {
        // Numbers of ours: an aggregate takes its quantiles as constants.
        var list = string.Join(", ", quantiles.Select(q => q.ToString("R", CultureInfo.InvariantCulture)));
        return [$"quantile_cont({value}, [{list}])", $"quantile_disc({value}, [{list}])"];
    }

    /// <summary>
    /// The engine's own are the sum of two products, which between two equal values gives 0.9000000000000001 for 0.9: a value that then lies below its
    /// own quantile. Where one is there, it counts.
    /// </summary>
    /// <returns>Empty when there is no value.</returns>
    public static IReadOnlyList<double> Of(object? between, object? below) =>
        [.. Doubles(between).Zip(Doubles(below), (b, v) => Math.Abs(b - v) <= 4 * Math.BitIncrement(Math.Abs(v)) - 4 * Math.Abs(v) ? v : b)];

    /// <summary>Of values in order, at least one.</summary>
    public static double Of(ReadOnlySpan<double> sorted, double quantile)
    {
        var place = quantile * (sorted.Length - 1);
        var low = (int)place;
        var (a, b, part) = (sorted[low], sorted[Math.Min(low + 1, sorted.Length - 1)], place - low);
        // From the nearer side, so that what lies between two values is between them after rounding, too.
        var value = part < 0.5 ? a + ((b - a) * part) : b - ((b - a) * (1 - part));
        return double.IsFinite(value) ? value : (a * (1 - part)) + (b * part);
    }

    /// <summary>What the engine gives for a list of numbers.</summary>
    public static IReadOnlyList<double> Doubles(object? value) => value switch
    {
        IEnumerable<double> doubles => [.. doubles],
        IEnumerable<double?> nullable => [.. nullable.OfType<double>()],
        _ => [],
    };
}
