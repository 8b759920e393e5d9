using System.Globalization;
using MLHub.Core.Experiments;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

/// <summary>An axis of the parallel coordinates: where each run lies between its ends, 0 … 1.</summary>
/// <param name="Places">By run; <c>null</c> where it has no value.</param>
public sealed record ParallelAxis(string Title, IReadOnlyList<double?> Places, IReadOnlyList<(double Place, string Label)> Ticks)
{
    private const int MaxWords = 12;

    /// <summary>Where only one run has a value there is nothing to see.</summary>
    private bool Compares => Places.Count(p => p is not null) > 1;

    /// <summary>Parameters that differ, then metrics. The last metric stays whoever has it, because it gives the colour.</summary>
    public static IReadOnlyList<ParallelAxis> Of(IReadOnlyList<RunView> runs, IReadOnlyList<ComparedFact> facts, IReadOnlyList<string> metrics)
    {
        ParallelAxis? Measured(string metric) => OfNumbers(MetricWords.Title(metric), [.. runs.Select(r => r.Metrics.GetValueOrDefault(metric)?.Last)]);
        return
        [
            .. facts.Where(f => f.Part == "parameter" && f.Differs).Select(f => OfValues(f.Key, f.Values)).OfType<ParallelAxis>().Where(a => a.Compares).Take(8),
            .. metrics.SkipLast(1).Select(Measured).OfType<ParallelAxis>().Where(a => a.Compares),
            .. metrics.TakeLast(1).Select(Measured).OfType<ParallelAxis>(),
        ];
    }

    private static ParallelAxis? OfValues(string title, IReadOnlyList<string?> values)
    {
        var numbers = values.Select(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : (double?)null).ToList();
        if (values.All(v => v is null) || values.Zip(numbers).All(v => v.First is null == v.Second is null))
        {
            return OfNumbers(title, numbers);
        }

        var words = values.OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return words.Count > MaxWords ? null : new(
            title,
            [.. values.Select(v => v is null ? (double?)null : At(words.IndexOf(v), words.Count))],
            [.. words.Select((w, i) => (At(i, words.Count), w.Length > 16 ? w[..15] + "…" : w))]);
    }

    private static ParallelAxis? OfNumbers(string title, IReadOnlyList<double?> numbers)
    {
        var known = numbers.OfType<double>().Where(double.IsFinite).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        var (low, high) = (known.Min(), known.Max());
        // Learning rates are spread over powers of ten.
        var isLog = low > 0 && high / low > 50;
        double Scale(double value) => isLog ? Math.Log10(value) : value;
        double? Place(double? value) => value is not { } number || !double.IsFinite(number) ? null : high > low ? (Scale(number) - Scale(low)) / (Scale(high) - Scale(low)) : 0.5;
        var middle = isLog ? Math.Sqrt(low * high) : low + ((high - low) / 2);
        return new(title, [.. numbers.Select(Place)], high > low ? [(0, Format.Metric(low)), (0.5, Format.Metric(middle)), (1, Format.Metric(high))] : [(0.5, Format.Metric(low))]);
    }

    private static double At(int index, int count) => count == 1 ? 0.5 : (double)index / (count - 1);
}
