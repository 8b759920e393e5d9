using System.Globalization;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Bins of equal width; the last includes its upper bound.</summary>
internal sealed record ProfileBins(double Start, double Width, int Count)
{
    private const int Most = 20;

    /// <summary>Few whole numbers get a bin each, centred on them: 20 bins over 0 … 6 would look like a comb.</summary>
    public static ProfileBins? Of(ColumnType type, double from, double to)
    {
        if (!double.IsFinite(to - from))
        {
            return null;
        }

        var isWhole = type is not (ColumnType.Number or ColumnType.Datetime or ColumnType.Time);
        return isWhole && to - from < Most ? new(from - 0.5, 1.0, (int)(to - from) + 1)
            : to > from ? new(from, (to - from) / Most, Most)
            : new(from, 0, 1);
    }

    /// <summary>The bin of a value by its bounds as they are shown: the quotient alone errs in its last digit at the bounds.</summary>
    public int Find(double value)
    {
        if (Width == 0)
        {
            return 0;
        }

        var bin = Math.Floor((value - Start) / Width);
        bin += value >= Start + ((bin + 1) * Width) ? 1 : value < Start + (bin * Width) ? -1 : 0;
        return (int)Math.Clamp(bin, 0, Count - 1);
    }

    /// <summary>As <see cref="Find(double)"/>, for the engine, which takes numbers without an exponent for decimals and rounds them once more.</summary>
    public string Find(string value)
    {
        if (Width == 0)
        {
            return "0";
        }

        var bin = string.Create(CultureInfo.InvariantCulture, $"floor(({value} - ({Start:E16})) / ({Width:E16}))");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"least({Count - 1}, {bin} + CASE WHEN {value} >= ({Start:E16}) + ({bin} + 1) * ({Width:E16}) THEN 1 WHEN {value} < ({Start:E16}) + {bin} * ({Width:E16}) THEN -1 ELSE 0 END)::INTEGER");
    }

    public List<HistogramBin> Histogram(IReadOnlyList<long> counts) =>
        [.. counts.Select((rows, b) => new HistogramBin(Start + (b * Width), b == Count - 1 && Width > 0 && Count == Most ? Start + (Most * Width) : Start + ((b + 1) * Width), rows))];
}
