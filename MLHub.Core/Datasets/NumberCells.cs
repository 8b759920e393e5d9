using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

internal sealed class NumberCells(ColumnSchema column, long rowCount) : ColumnCells(column)
{
    private readonly double[] _values = new double[rowCount];
    private int _count;

    /// <summary>The sum makes a zero of a negative one, as which it counts.</summary>
    public override void Add(DuckDBDataReader row, int at, bool isLookedAt) => _values[_count++] = row.GetDouble(at) + 0.0;

    public override ColumnProfile Profile(long rowCount)
    {
        var profile = Start(_count, rowCount);
        if (_count == 0)
        {
            return profile;
        }

        var all = _values.AsSpan(0, _count);
        var finite = new double[_count];
        var n = 0;
        foreach (var value in all)
        {
            if (double.IsFinite(value))
            {
                finite[n++] = value;
            }
        }

        var sorted = finite.AsSpan(0, n);
        sorted.Sort();
        if (n < _count)
        {
            // For the engine, NaN is the greatest of all; for the framework, the smallest.
            all.Sort();
            var nan = all.LastIndexOf(double.NaN) + 1;
            double[] ordered = [.. all[nan..], .. all[..nan]];
            ordered.CopyTo(_values, 0);
        }

        var (distinct, top) = CountSorted<double>(n < _count ? all : sorted);
        profile = profile with
        {
            Distinct = distinct,
            TopValues = top.ConvertAll(t => new ValueCount(DatasetProfiler.Value(t.Value, Column.Type)!.Value, t.Count)),
            NotFinite = _count - n,
        };
        if (n > 0)
        {
            profile = NumberFigures.Add(profile, sorted, JsonSerializer.SerializeToElement(sorted[0]), JsonSerializer.SerializeToElement(sorted[^1]));
        }

        return n < _count ? profile with { Negatives = profile.Negatives + all.Count(double.NegativeInfinity) } : profile;
    }
}
