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
}

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

    public double? P25 { get; init; }

    public double? P75 { get; init; }

    public long? Zeros { get; init; }

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

/// <summary>Pearson's correlation of the numeric columns over rows where both have a value; <c>null</c> where it is not defined.</summary>
public sealed record CorrelationMatrix(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double?>> Values);

/// <param name="Code"><c>CONSTANT</c>, <c>MOSTLY_MISSING</c>, <c>IDENTIFIER</c>, <c>HIGH_CARDINALITY</c>, <c>NOT_FINITE</c>, <c>CORRELATED</c>.</param>
public sealed record ProfileAlert(string Code, string? Column, string Text);
