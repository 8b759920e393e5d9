using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What counting each value of a column once gives: the most frequent ones, how many there are, rare ones, months and gaps.</summary>
internal static class ProfileValues
{
    private const int MaxClasses = 200;
    private const long MaxGaps = 1_000_000;

    public static ColumnProfile Add(DuckDBConnection connection, ColumnProfile column, int topValues)
    {
        var name = Sql.Name(column.Name);
        connection.Run($"CREATE OR REPLACE TEMP TABLE counted AS SELECT {name} AS v, count(*) AS n FROM rows WHERE {name} IS NOT NULL GROUP BY ALL");
        var isMoment = column.Type is ColumnType.Date or ColumnType.Datetime or ColumnType.Time;
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {(isMoment ? "v::VARCHAR" : "v")}, n, (SELECT count(*) FROM counted) FROM counted ORDER BY n DESC, v LIMIT {topValues}";
        List<ValueCount> top = [];
        var distinct = column.Distinct;
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                top.Add(new(DatasetProfiler.Value(reader.GetValue(0), column.Type)!.Value, reader.GetInt64(1)));
                distinct = column.DistinctIsExact ? reader.GetInt64(2) : distinct;
            }
        }

        column = column with { TopValues = top, Distinct = distinct };
        return column with
        {
            Rare = column.Type == ColumnType.Text && distinct is > 2 and <= MaxClasses ? Rare(connection, column) : null,
            Moments = isMoment && column.Count > 0 ? Moments(connection, column) : null,
        };
    }

    private static RareFigures Rare(DuckDBConnection connection, ColumnProfile column)
    {
        var found = DatasetProfiler.Row(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM counted WHERE n * 100 < {column.Count}"));
        return new(DatasetProfiler.Whole(found[0])!.Value, DatasetProfiler.Whole(found[1])!.Value);
    }

    private static MomentFigures Moments(DuckDBConnection connection, ColumnProfile column)
    {
        var hasDays = column.Type != ColumnType.Time;
        var length = column.Type == ColumnType.Date ? "v - p" : "epoch_us(v) - epoch_us(p)";
        var gap = column.Distinct is > 1 and <= MaxGaps
            ? DatasetProfiler.Row(connection, $"SELECT p::VARCHAR, v::VARCHAR FROM (SELECT v, lag(v) OVER (ORDER BY v) AS p FROM counted) WHERE p IS NOT NULL ORDER BY {length} DESC, v LIMIT 1")
            : [null, null];
        return new(
            hasDays ? Counts(connection, "month(v) - 1", 12) : [],
            hasDays ? Counts(connection, "isodow(v) - 1", 7) : [],
            column.Type == ColumnType.Date ? [] : Counts(connection, "hour(v)", 24),
            Text(gap[0], column.Type),
            Text(gap[1], column.Type),
            column.Type == ColumnType.Date ? DatasetProfiler.Whole(DatasetProfiler.Row(connection, "SELECT (max(v) - min(v)) + 1 - count(*) FROM counted")[0]) : null);
    }

    private static string? Text(object? value, ColumnType type) => DatasetProfiler.Value(value, type)?.GetString();

    private static long[] Counts(DuckDBConnection connection, string place, int places)
    {
        var counts = new long[places];
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {place}, sum(n)::BIGINT FROM counted GROUP BY 1";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // A date beyond the calendar has no month.
            if (!reader.IsDBNull(0) && Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture) is >= 0 and var at && at < places)
            {
                counts[at] = reader.GetInt64(1);
            }
        }

        return counts;
    }
}
