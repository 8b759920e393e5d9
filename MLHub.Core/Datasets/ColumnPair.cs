namespace MLHub.Core.Datasets;

/// <summary>How two columns go together, in the form that their types ask for: points, groups of numbers, or a table of counts.</summary>
public sealed record ColumnPair(string X, string Y)
{
    /// <summary>Rows where both have a value.</summary>
    public long Rows { get; init; }

    /// <summary>The figures are of a part of the rows, chosen by the hash of their id.</summary>
    public bool IsSample { get; init; }

    /// <summary>Two columns of numbers or moments: some of the rows.</summary>
    public IReadOnlyList<PairPoint>? Points { get; init; }

    /// <summary>X is numbers or moments, Y classes: the most frequent classes.</summary>
    public IReadOnlyList<PairGroup>? Groups { get; init; }

    /// <summary>The bins in which <see cref="PairGroup.Bins"/> count.</summary>
    public IReadOnlyList<HistogramBin>? Bins { get; init; }

    /// <summary>Two columns of classes: the most frequent values of each.</summary>
    public PairTable? Table { get; init; }
}

/// <param name="RowId">Place in the source, from 0.</param>
public sealed record PairPoint(double X, double Y, long RowId);

/// <param name="Low">Smallest value within 1.5 interquartile ranges below the lower quartile: where a whisker ends.</param>
/// <param name="Bins">Rows of this class per bin.</param>
public sealed record PairGroup(
    string Value, long Count, double Min, double Low, double P25, double Median, double P75, double High, double Max, double Mean, IReadOnlyList<long> Bins);

/// <param name="Counts">Row by row: one row per value of Y.</param>
public sealed record PairTable(IReadOnlyList<string> XValues, IReadOnlyList<string> YValues, IReadOnlyList<IReadOnlyList<long>> Counts);
