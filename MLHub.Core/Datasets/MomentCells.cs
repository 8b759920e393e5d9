using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Dates as days since 1970, moments and times of day as microseconds.</summary>
internal sealed class MomentCells(ColumnSchema column, long rowCount) : ColumnCells(column)
{
    private const long DayMicroseconds = 86_400_000_000;
    private const int MaxGaps = 1_000_000;

    private readonly long[] _values = new long[rowCount];
    private int _count;

    /// <summary>Infinite ones stand beyond the calendar.</summary>
    public override string Expression
    {
        get
        {
            var name = Sql.Name(Column.Name);
            return Column.Type switch
            {
                ColumnType.Time => $"epoch_us({name})",
                ColumnType.Date => $"CASE WHEN isfinite({name}) THEN ({name} - DATE '1970-01-01')::BIGINT WHEN {name} IS NOT NULL THEN {long.MaxValue} END",
                _ => $"CASE WHEN isfinite({name}) THEN epoch_us({name}) WHEN {name} IS NOT NULL THEN {long.MaxValue} END",
            };
        }
    }

    public override void Add(DuckDBDataReader row, int at, bool isLookedAt) => _values[_count++] = row.GetInt64(at);

    public override ColumnProfile? Profile(long rowCount)
    {
        var profile = Start(_count, rowCount);
        if (_count == 0)
        {
            return profile;
        }

        var sorted = _values.AsSpan(0, _count);
        sorted.Sort();
        if (!IsInCalendar(sorted[0]) || !IsInCalendar(sorted[^1]))
        {
            return null;
        }

        var (distinct, top) = CountSorted<long>(sorted);
        var measures = new double[_count];
        for (var i = 0; i < measures.Length; i++)
        {
            measures[i] = Column.Type == ColumnType.Date ? sorted[i] : sorted[i] / 1e6;
        }

        return profile with
        {
            Distinct = distinct,
            Min = Json(sorted[0]),
            Max = Json(sorted[^1]),
            TopValues = top.ConvertAll(t => new ValueCount(Json(t.Value), t.Count)),
            Histogram = Histogram(measures, Column.Type, measures[0], measures[^1]),
            Moments = Figures(sorted, distinct),
        };
    }

    private MomentFigures Figures(ReadOnlySpan<long> sorted, long distinct)
    {
        var (months, days, hours) = (new long[12], new long[7], new long[24]);
        var (longest, gapTo) = (0L, -1);
        for (var i = 0; i < sorted.Length; i++)
        {
            var (ticks, value) = (Ticks(sorted[i]), sorted[i]);
            if (Column.Type != ColumnType.Time)
            {
                var moment = new DateTime(ticks, DateTimeKind.Utc);
                months[moment.Month - 1]++;
                days[((int)moment.DayOfWeek + 6) % 7]++;
            }

            hours[ticks / TimeSpan.TicksPerHour % 24]++;
            if (i > 0 && value - sorted[i - 1] > longest)
            {
                (longest, gapTo) = (value - sorted[i - 1], i);
            }
        }

        var hasGap = distinct is > 1 and <= MaxGaps;
        return new(
            Column.Type == ColumnType.Time ? [] : months,
            Column.Type == ColumnType.Time ? [] : days,
            Column.Type == ColumnType.Date ? [] : hours,
            hasGap ? Json(sorted[gapTo - 1]).GetString() : null,
            hasGap ? Json(sorted[gapTo]).GetString() : null,
            Column.Type == ColumnType.Date ? sorted[^1] - sorted[0] + 1 - distinct : null);
    }

    private bool IsInCalendar(long value)
    {
        var (first, last) = ((DateTime.MinValue - DateTime.UnixEpoch).Days, (DateTime.MaxValue.Date - DateTime.UnixEpoch).Days);
        return Column.Type switch
        {
            ColumnType.Date => value >= first && value <= last,
            ColumnType.Time => value is >= 0 and < DayMicroseconds,
            _ => value >= first * DayMicroseconds && value < (last + 1) * DayMicroseconds,
        };
    }

    private long Ticks(long value) => Column.Type switch
    {
        ColumnType.Date => DateTime.UnixEpoch.Ticks + (value * TimeSpan.TicksPerDay),
        ColumnType.Time => value * TimeSpan.TicksPerMicrosecond,
        _ => DateTime.UnixEpoch.Ticks + (value * TimeSpan.TicksPerMicrosecond),
    };

    private JsonElement Json(long value)
    {
        var moment = new DateTime(Ticks(value), DateTimeKind.Utc);
        var text = moment.ToString(
            Column.Type switch { ColumnType.Date => "yyyy-MM-dd", ColumnType.Time => "HH:mm:ss.FFFFFF", _ => "yyyy-MM-dd HH:mm:ss.FFFFFF" }, CultureInfo.InvariantCulture);
        return DatasetProfiler.Value(text, Column.Type)!.Value;
    }
}
