using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

internal sealed class FlagCells(ColumnSchema column) : ColumnCells(column)
{
    private long _true;
    private long _false;

    public override void Add(DuckDBDataReader row, int at, bool isLookedAt)
    {
        if (row.GetBoolean(at))
        {
            _true++;
        }
        else
        {
            _false++;
        }
    }

    public override ColumnProfile Profile(long rowCount)
    {
        var profile = Start(_true + _false, rowCount);
        if (profile.Count == 0)
        {
            return profile;
        }

        (bool Value, long Count)[] counts = [(false, _false), (true, _true)];
        return profile with
        {
            Distinct = counts.Count(c => c.Count > 0),
            Min = DatasetProfiler.Value(_false == 0, Column.Type),
            Max = DatasetProfiler.Value(_true > 0, Column.Type),
            Mean = (double)_true / profile.Count,
            TopValues = [.. counts.Where(c => c.Count > 0).OrderByDescending(c => c.Count).Select(c => new ValueCount(DatasetProfiler.Value(c.Value, Column.Type)!.Value, c.Count))],
        };
    }
}
