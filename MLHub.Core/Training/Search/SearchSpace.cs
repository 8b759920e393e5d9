using System.Text.Json;

namespace MLHub.Core.Training.Search;

/// <summary>The parameters of one algorithm that a search varies, with their values.</summary>
public sealed class SearchSpace
{
    /// <summary>Above this a number of combinations is only said to be large.</summary>
    public const long Endless = 1_000_000_000;

    private readonly AlgorithmDescriptor _algorithm;

    private SearchSpace(AlgorithmDescriptor algorithm, IReadOnlyList<(ParameterDescriptor Parameter, SearchRange Range)> dimensions) =>
        (_algorithm, Dimensions) = (algorithm, dimensions);

    public IReadOnlyList<(ParameterDescriptor Parameter, SearchRange Range)> Dimensions { get; }

    /// <summary>Whether every trial would be the same.</summary>
    public bool IsPoint => Dimensions.All(d => d.Range.IsFixed);

    /// <summary>What was asked for; where a search may choose itself also the parameters that are worth it, in the ranges that their algorithm names.</summary>
    public static SearchSpace Of(SearchConfiguration search, AlgorithmDescriptor algorithm)
    {
        var dimensions = new List<(ParameterDescriptor, SearchRange)>();
        foreach (var parameter in algorithm.ParametersFor(search.Base.Task))
        {
            if ((search.Space.GetValueOrDefault($"{algorithm.Name}.{parameter.Name}") ?? search.Space.GetValueOrDefault(parameter.Name)) is { } asked)
            {
                dimensions.Add((parameter, asked));
            }
            else if (search.Kind != SearchKind.Grid && parameter.Search is { } usual)
            {
                dimensions.Add((parameter, usual));
            }
        }

        return new(algorithm, dimensions);
    }

    /// <summary>How many combinations a grid has, at most <see cref="Endless"/>.</summary>
    public long Combinations =>
        Dimensions.Aggregate(1L, (count, d) => Math.Min(Endless, count * Math.Max(1, d.Range.Points(d.Parameter).Count)));

    /// <summary>One point of the grid; the last parameter changes fastest.</summary>
    public IReadOnlyDictionary<string, JsonElement> GridPoint(long index)
    {
        var point = new Dictionary<string, JsonElement>();
        foreach (var (parameter, range) in Dimensions.Reverse())
        {
            var values = range.Points(parameter);
            point[parameter.Name] = values[(int)(index % values.Count)];
            index /= values.Count;
        }

        return Dimensions.ToDictionary(d => d.Parameter.Name, d => point[d.Parameter.Name]);
    }

    public IReadOnlyDictionary<string, JsonElement> Draw(Random random) =>
        Dimensions.ToDictionary(d => d.Parameter.Name, d => d.Range.At(d.Parameter, random.NextDouble()));

    /// <summary>The algorithm's own choice: its defaults, or the nearest to them that is allowed.</summary>
    public IReadOnlyDictionary<string, JsonElement> Start() => Dimensions.ToDictionary(
        d => d.Parameter.Name,
        d => d.Range.Values is null && d.Parameter.Default is { ValueKind: JsonValueKind.Number } usual && usual.GetDouble() >= d.Range.Min && usual.GetDouble() <= d.Range.Max
            ? usual
            : d.Range.At(d.Parameter, d.Range.PlaceOf(d.Parameter.Default)));

    /// <summary>Another point near one that was good.</summary>
    /// <param name="width">How far at most, as a share of each range.</param>
    public IReadOnlyDictionary<string, JsonElement> Near(IReadOnlyDictionary<string, JsonElement> good, double width, Random random)
    {
        var moved = Dimensions.Where(d => !d.Range.IsFixed).Select(d => d.Parameter.Name).Where(_ => random.NextDouble() < 0.6).ToHashSet();
        return Dimensions.ToDictionary(
            d => d.Parameter.Name,
            d =>
            {
                var step = ((random.NextDouble() * 2) - 1) * width;
                var jump = random.NextDouble();
                return !good.TryGetValue(d.Parameter.Name, out var before) ? d.Range.At(d.Parameter, jump)
                    : !moved.Contains(d.Parameter.Name) ? before
                    // Values of a list have no neighbours.
                    : d.Range.Values is not null ? d.Range.At(d.Parameter, jump)
                    : d.Range.At(d.Parameter, d.Range.PlaceOf(before) + step);
            });
    }

    /// <summary>One text per combination, defaults filled in, so that none is tried twice.</summary>
    public static string Key(AlgorithmDescriptor algorithm, TrainingTask task, IReadOnlyDictionary<string, JsonElement> parameters) =>
        algorithm.Name + "|" + string.Join('|', TrainingConfigurationCheck.Complete(algorithm, task, parameters).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p =>
            p.Key + "=" + (p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture) : p.Value.GetRawText())));

    public override string ToString() => $"{_algorithm.Name}: {string.Join(", ", Dimensions.Select(d => d.Parameter.Name))}";
}
