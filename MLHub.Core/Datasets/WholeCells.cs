using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

internal sealed class WholeCells(ColumnSchema column, long rowCount) : ColumnCells(column)
{
    private readonly long[] _values = new long[rowCount];
    private int _count;

    public override void Add(DuckDBDataReader row, int at, bool isLookedAt) => _values[_count++] = row.GetInt64(at);

    public override ColumnProfile Profile(long rowCount)
    {
        var profile = Start(_count, rowCount);
        if (_count == 0)
        {
            return profile;
        }

        var sorted = _values.AsSpan(0, _count);
        sorted.Sort();
        var (distinct, top) = CountSorted<long>(sorted);
        var doubles = new double[_count];
        for (var i = 0; i < doubles.Length; i++)
        {
            doubles[i] = sorted[i];
        }

        return NumberFigures.Add(
            profile with { Distinct = distinct, TopValues = top.ConvertAll(t => new ValueCount(JsonSerializer.SerializeToElement(t.Value), t.Count)) },
            doubles,
            JsonSerializer.SerializeToElement(sorted[0]),
            JsonSerializer.SerializeToElement(sorted[^1]));
    }
}
