using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>
/// The cells of one column in memory, read once, and their figures. A statement for each figure costs more than the figure where columns are
/// thousands or values many.
/// </summary>
internal abstract class ColumnCells(ColumnSchema column)
{
    protected const int TopValues = 20;

    protected ColumnSchema Column => column;

    /// <summary>What is read of the table.</summary>
    public virtual string Expression => Sql.Name(column.Name);

    /// <param name="textBudget">Shared by the columns that are read together.</param>
    public static ColumnCells Of(ColumnSchema column, long rowCount, TextBudget textBudget) => column.Type switch
    {
        ColumnType.Integer => new WholeCells(column, rowCount),
        ColumnType.Number => new NumberCells(column, rowCount),
        ColumnType.Boolean => new FlagCells(column),
        ColumnType.Date or ColumnType.Datetime or ColumnType.Time => new MomentCells(column, rowCount),
        _ => new TextCells(column, textBudget),
    };

    /// <param name="at">The place of the column in the row, which holds a value there.</param>
    /// <param name="isLookedAt">Whether the row is one of the part that texts are looked at closely in.</param>
    public abstract void Add(DuckDBDataReader row, int at, bool isLookedAt);

    /// <returns><c>null</c> when the cells do not fit, into memory or the calendar: then the engine has to find the figures.</returns>
    public abstract ColumnProfile? Profile(long rowCount);

    protected ColumnProfile Start(long count, long rowCount) => new(column.Name, column.Type)
    {
        Count = count,
        Missing = rowCount - count,
        Zeros = column.Type is ColumnType.Integer or ColumnType.Number ? 0 : null,
        Negatives = column.Type is ColumnType.Integer or ColumnType.Number ? 0 : null,
        NotFinite = column.Type == ColumnType.Number ? 0 : null,
    };

    /// <summary>Counts the values of a sorted column; the most frequent ones in front, ties by value.</summary>
    protected static (long Distinct, List<(T Value, long Count)> Top) CountSorted<T>(ReadOnlySpan<T> sorted)
        where T : IEquatable<T>
    {
        var top = new List<(T Value, long Count)>(TopValues + 1);
        var distinct = 0L;
        for (var i = 0; i < sorted.Length; distinct++)
        {
            var start = i;
            while (i < sorted.Length && sorted[i].Equals(sorted[start]))
            {
                i++;
            }

            Rank(top, sorted[start], i - start);
        }

        return (distinct, top);
    }

    /// <summary>Values come in order: one that is as frequent as another stands behind it.</summary>
    private static void Rank<T>(List<(T Value, long Count)> top, T value, long count)
    {
        if (top.Count == TopValues && count <= top[^1].Count)
        {
            return;
        }

        var place = top.Count;
        while (place > 0 && top[place - 1].Count < count)
        {
            place--;
        }

        top.Insert(place, (value, count));
        if (top.Count > TopValues)
        {
            top.RemoveAt(TopValues);
        }
    }

    protected static List<HistogramBin> Histogram(ReadOnlySpan<double> values, ColumnType type, double from, double to)
    {
        if (ProfileBins.Of(type, from, to) is not { } bins)
        {
            return [];
        }

        var counts = new long[bins.Count];
        foreach (var value in values)
        {
            counts[bins.Find(value)]++;
        }

        return bins.Histogram(counts);
    }

    /// <summary>Texts that are held in memory together: so many different ones, so many characters.</summary>
    internal sealed class TextBudget(int texts)
    {
        private int _texts = texts;
        private long _characters = 32_000_000;

        /// <returns>False when it is spent.</returns>
        public bool Take(string text) => --_texts >= 0 && (_characters -= text.Length) >= 0;
    }
}
