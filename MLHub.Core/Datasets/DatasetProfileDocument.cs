using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Each column in figures, over all rows.</summary>
public sealed record DatasetProfileDocument(
    long RowCount,
    IReadOnlyList<ColumnProfile> Columns,
    CorrelationMatrix? Correlations,
    IReadOnlyList<ProfileAlert> Alerts)
{
    public static DatasetProfileDocument Empty { get; } = new(0, [], null, []);

    /// <summary>Rows of which the same row stands before them; <c>null</c> in profiles from before it was counted.</summary>
    public long? DuplicateRows { get; init; }

    /// <summary>False when <see cref="DuplicateRows"/> is an estimate from a part of all rows, as it is for very long tables.</summary>
    public bool DuplicatesAreExact { get; init; } = true;

    /// <summary>Which columns miss together: up to 20 combinations, most frequent first.</summary>
    public IReadOnlyList<MissingPattern> MissingTogether { get; init; } = [];

    /// <summary>Spearman's correlation of the numeric columns.</summary>
    public CorrelationMatrix? RankCorrelations { get; init; }

    /// <summary>
    /// Numeric and class columns together. Two numeric ones: Pearson's correlation; two of classes: Cramér's V; one of each: the correlation
    /// ratio η. The last two run from 0 to 1.
    /// </summary>
    public CorrelationMatrix? Associations { get; init; }

    /// <summary>So many rows, chosen by the hash of their id, gave the correlations and associations; <c>null</c> when all did.</summary>
    public long? CorrelatedRows { get; init; }
}

/// <param name="Columns">Those that have no value in these rows; all others have one.</param>
public sealed record MissingPattern(IReadOnlyList<string> Columns, long Rows);

/// <summary>
/// Figures that make no sense for a type are <c>null</c>. Moments (mean, deviation) leave out NaN and infinities, which
/// <see cref="NotFinite"/> counts.
/// </summary>
public sealed record ColumnProfile(string Name, ColumnType Type)
{
    /// <summary>Cells that hold a value.</summary>
    public long Count { get; init; }

    public long Missing { get; init; }

    public long Distinct { get; init; }

    /// <summary>False when <see cref="Distinct"/> is an estimate (HyperLogLog, a few per cent).</summary>
    public bool DistinctIsExact { get; init; } = true;

    /// <summary>A number; for dates and times their ISO text; for text its first value in order.</summary>
    public JsonElement? Min { get; init; }

    public JsonElement? Max { get; init; }

    public double? Mean { get; init; }

    /// <summary>Of the sample: n − 1.</summary>
    public double? StdDev { get; init; }

    public double? Median { get; init; }

    public double? P1 { get; init; }

    public double? P5 { get; init; }

    public double? P25 { get; init; }

    public double? P75 { get; init; }

    public double? P95 { get; init; }

    public double? P99 { get; init; }

    /// <summary>False when the quantiles are estimates (t-digest), as they are for very long tables.</summary>
    public bool QuantilesAreExact { get; init; } = true;

    /// <summary>Adjusted for the size of the sample (G₁ in Joanes and Gill 1998), as pandas computes it.</summary>
    public double? Skewness { get; init; }

    /// <summary>Excess, adjusted for the size of the sample (G₂ in Joanes and Gill 1998): 0 for a normal distribution.</summary>
    public double? Kurtosis { get; init; }

    public long? Zeros { get; init; }

    public long? Negatives { get; init; }

    /// <summary>Tukey's fences: 1.5 interquartile ranges outside of the quartiles.</summary>
    public double? LowFence { get; init; }

    public double? HighFence { get; init; }

    /// <summary>Values beyond the fences.</summary>
    public long? Outliers { get; init; }

    public TextFigures? Text { get; init; }

    public MomentFigures? Moments { get; init; }

    /// <summary>Values that less than 1 % of the rows have, and the rows that have them; of columns with few values.</summary>
    public RareFigures? Rare { get; init; }

    /// <summary>NaN, inf and -inf.</summary>
    public long? NotFinite { get; init; }

    /// <summary>Longest text in characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Up to 20 bins of equal width; the last includes its upper bound. Dates as days or seconds since 1970, text by length.</summary>
    public IReadOnlyList<HistogramBin> Histogram { get; init; } = [];

    /// <summary>Up to 20, most frequent first, ties by value.</summary>
    public IReadOnlyList<ValueCount> TopValues { get; init; } = [];
}

public sealed record HistogramBin(double From, double To, long Count);

/// <param name="Value">Number, boolean or text; dates as ISO text.</param>
public sealed record ValueCount(JsonElement Value, long Count);

/// <param name="ShortestLength">In characters, as all lengths.</param>
/// <param name="Untrimmed">Texts that begin or end with white space.</param>
/// <param name="Patterns">Shapes of short texts, <c>AA-999</c>: up to 10, most frequent first, in <paramref name="PatternRows"/> rows.</param>
/// <param name="Kind">What more than half of the texts look like: <c>email</c>, <c>phone</c>, <c>card</c>.</param>
/// <param name="KindShare">Share of the texts looked at.</param>
public sealed record TextFigures(
    int ShortestLength, double MeanLength, long Untrimmed, IReadOnlyList<TextPattern> Patterns, long PatternRows, string? Kind = null, double? KindShare = null);

public sealed record TextPattern(string Pattern, long Count);

/// <param name="ByMonth">January to December; empty for times of day.</param>
/// <param name="ByWeekday">Monday to Sunday; empty for times of day.</param>
/// <param name="ByHour">0 to 23; empty for dates.</param>
/// <param name="LongestGapFrom">Two neighbouring values with the longest time between them.</param>
/// <param name="EmptyDays">Days between the first and the last without a row; of dates only.</param>
public sealed record MomentFigures(
    IReadOnlyList<long> ByMonth,
    IReadOnlyList<long> ByWeekday,
    IReadOnlyList<long> ByHour,
    string? LongestGapFrom,
    string? LongestGapTo,
    long? EmptyDays);

public sealed record RareFigures(long Values, long Rows);

/// <summary>A figure for each pair of columns, over rows where both have a value; <c>null</c> where it is not defined.</summary>
public sealed record CorrelationMatrix(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double?>> Values);

/// <summary>Something about the data that is worth a look.</summary>
/// <param name="Code">
/// <c>EMPTY</c>, <c>CONSTANT</c>, <c>MOSTLY_MISSING</c>, <c>IDENTIFIER</c>, <c>HIGH_CARDINALITY</c>, <c>NOT_FINITE</c>, <c>CORRELATED</c>, <c>SKEWED</c>,
/// <c>RARE_VALUES</c>, <c>UNTRIMMED</c>, <c>IMBALANCED</c>, <c>DUPLICATE_ROWS</c>, <c>PERSONAL_DATA</c>.
/// </param>
public sealed record ProfileAlert(string Code, string? Column, string Text)
{
    /// <summary>Rows that it is about.</summary>
    public long? Rows { get; init; }

    /// <summary>A filter that shows them, see <see cref="RowFilter"/>.</summary>
    public string? Filter { get; init; }
}
