namespace MLHub.Core.Training.Search;

/// <summary>How the next trial is chosen.</summary>
public enum SearchKind
{
    /// <summary>A baseline, then every algorithm with its defaults, then ever closer around the best.</summary>
    Auto,

    /// <summary>Every combination of the values given.</summary>
    Grid,

    /// <summary>Values drawn from the ranges given.</summary>
    Random,
}

/// <summary>
/// A search for good settings. Trials are judged by <see cref="Metric"/> on the validation rows, or on the folds of a k-fold split, never on
/// the test rows; only the winner is, once.
/// </summary>
public sealed record SearchConfiguration
{
    public const int DefaultTrials = 60;
    public const int MaxTrialsAllowed = 500;
    public const int DefaultSeconds = 600;
    public const int MaxSecondsAllowed = 24 * 3600;

    public required SearchKind Kind { get; init; }

    /// <summary>What all trials have in common. Its algorithm is <see cref="AlgorithmWord"/>, it has no parameters and no time budget.</summary>
    public required TrainingConfiguration Base { get; init; }

    /// <summary>Names of the algorithms that may be tried, without the baseline.</summary>
    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>Parameter → values to try. A name may say the algorithm that it is meant for, <c>lightgbm.numLeaves</c>; without one it holds for all that have it.</summary>
    public IReadOnlyDictionary<string, SearchRange> Space { get; init; } = new Dictionary<string, SearchRange>();

    /// <summary>Name of the metric, without the part that it is measured on.</summary>
    public required string Metric { get; init; }

    public int MaxTrials { get; init; } = DefaultTrials;

    /// <summary>Time for all trials together. What they wait for other jobs does not count; the last training of the winner comes on top.</summary>
    public int MaxSeconds { get; init; } = DefaultSeconds;

    /// <summary>What a run is said to use as long as its search has not chosen.</summary>
    public static string AlgorithmWord(SearchKind kind) => kind == SearchKind.Auto ? "automatic" : "search";
}
