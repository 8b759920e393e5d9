using System.Globalization;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>
/// Computes the profile of a stored table with an engine that spills to disk. Figures are exact; only the number of distinct values of
/// very long tables, their quartiles and their correlations are estimates.
/// </summary>
public sealed class DatasetProfiler(string scratchFolder, int threads, long memoryBytes)
{
    private const int Bins = 20;
    private const int TopValues = 20;
    private const int MaxTextLength = 200;
    private const long ExactRows = 5_000_000;
    private const int WideTable = 100;
    private const int MaxCorrelated = 60;
    private const long CorrelationRows = 1_000_000;
    private const double StrongCorrelation = 0.95;

    /// <param name="path">Parquet that MLHub wrote.</param>
    public DatasetProfileDocument Profile(string path, IReadOnlyList<ColumnSchema> columns, Action<double> progress, CancellationToken cancellationToken)
    {
        using var connection = Sql.Open(null, scratchFolder, threads, Math.Min(memoryBytes, 512L * 1024 * 1024));
        var rowCount = Convert.ToInt64(Row(connection, $"SELECT count(*) FROM read_parquet({Sql.Text(path)})")[0], CultureInfo.InvariantCulture);
        // Each statement binds all columns of the file, which takes long when they are thousands: then they are copied out in batches.
        if (columns.Count <= WideTable)
        {
            connection.Run($"CREATE VIEW rows AS SELECT * FROM read_parquet({Sql.Text(path)})");
        }

        // Quartiles and distinct values hold the values of their columns in memory: the longer the table, the fewer columns at a time.
        var batch = (int)Math.Clamp(2_000_000 / Math.Max(1, rowCount), 1, 50);
        var profiles = new List<ColumnProfile>(columns.Count);
        for (var i = 0; i < columns.Count; i += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ColumnSchema[] some = [.. columns.Skip(i).Take(batch)];
            if (columns.Count > WideTable)
            {
                connection.Run($"CREATE OR REPLACE TABLE rows AS SELECT {string.Join(", ", some.Select(c => Sql.Name(c.Name)))} FROM read_parquet({Sql.Text(path)})");
            }

            profiles.AddRange(Figures(connection, some, rowCount));
            progress(0.8 * i / columns.Count);
        }

        progress(0.8);
        var numeric = profiles.Where(p => p.Type is ColumnType.Integer or ColumnType.Number && p.Distinct > 1).Take(MaxCorrelated).ToList();
        if (numeric.Count > 1)
        {
            // Read once; of a very long table every n-th row by the hash of its id, the same ones each time.
            var nth = (rowCount + CorrelationRows - 1) / CorrelationRows;
            connection.Run(string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE correlated AS SELECT {string.Join(", ", numeric.Select((p, c) => $"{Small(p)} AS c{c}"))} FROM read_parquet({Sql.Text(path)}) WHERE {nth} <= 1 OR hash({Sql.Name(ColumnSchema.RowId)}) % {Math.Max(1, nth)} = 0"));
        }

        var correlations = Correlations(connection, numeric, cancellationToken);
        return new(rowCount, profiles, correlations, [.. Alerts(profiles, rowCount, correlations)]);
    }

    private static List<ColumnProfile> Figures(DuckDBConnection connection, ColumnSchema[] columns, long rowCount)
    {
        var sql = new StringBuilder("SELECT ");
        foreach (var column in columns)
        {
            sql.Append(Aggregates(column, rowCount)).Append(", ");
        }

        sql.Length -= 2;
        var values = Row(connection, sql.Append(" FROM rows").ToString());
        var profiles = new List<ColumnProfile>(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            profiles.Add(Basic(columns[i], values.AsSpan(i * AggregateCount, AggregateCount), rowCount));
        }

        AddHistograms(connection, profiles);
        return profiles.ConvertAll(p => WithValues(connection, p));
    }

    private const int AggregateCount = 9;

    /// <summary>count, distinct, min, max, mean, deviation, quartiles, zeros, not finite — or longest text.</summary>
    private static string Aggregates(ColumnSchema column, long rowCount)
    {
        var name = Sql.Name(column.Name);
        var distinct = rowCount <= ExactRows ? "NULL" : $"approx_count_distinct({name})";
        switch (column.Type)
        {
            case ColumnType.Integer:
            case ColumnType.Number:
                var finite = column.Type == ColumnType.Number ? $"(CASE WHEN isfinite({name}) THEN {name} END)" : name;
                var quartiles = rowCount <= ExactRows
                    ? $"quantile_cont({finite}, [0.25, 0.5, 0.75])"
                    : $"[approx_quantile({finite}, 0.25)::DOUBLE, approx_quantile({finite}, 0.5)::DOUBLE, approx_quantile({finite}, 0.75)::DOUBLE]";
                // Squares of very large numbers leave the range of a double: then there is no deviation, rather than an error.
                var deviation = $"CASE WHEN max(abs({finite}::DOUBLE)) < 1e150 THEN sqrt(greatest(0, var_samp(CASE WHEN abs({finite}::DOUBLE) < 1e150 THEN {finite}::DOUBLE END))) END";
                return $"count({name}), {distinct}, min({finite}), max({finite}), avg({finite}), {deviation}, {quartiles}, count(*) FILTER ({name} = 0), "
                    + (column.Type == ColumnType.Number ? $"count(*) FILTER (NOT isfinite({name}))" : "0");
            case ColumnType.Text:
                return $"count({name}), {distinct}, min({name}), max({name}), NULL, NULL, NULL, NULL, max(length({name}))";
            case ColumnType.Boolean:
                return $"count({name}), {distinct}, min({name}), max({name}), avg({name}::INTEGER), NULL, NULL, NULL, NULL";
            default:
                return $"count({name}), {distinct}, min({name})::VARCHAR, max({name})::VARCHAR, NULL, NULL, NULL, NULL, NULL";
        }
    }

    private static ColumnProfile Basic(ColumnSchema column, ReadOnlySpan<object?> values, long rowCount)
    {
        var isNumeric = column.Type is ColumnType.Integer or ColumnType.Number;
        var count = Convert.ToInt64(values[0], CultureInfo.InvariantCulture);
        var quartiles = values[6] is IEnumerable<double> doubles ? doubles.ToList() : values[6] is IEnumerable<double?> nullable ? [.. nullable.OfType<double>()] : [];
        return new ColumnProfile(column.Name, column.Type)
        {
            Count = count,
            Missing = rowCount - count,
            Distinct = Math.Min(count, Convert.ToInt64(values[1] ?? 0L, CultureInfo.InvariantCulture)),
            DistinctIsExact = rowCount <= ExactRows,
            Min = Value(values[2], column.Type),
            Max = Value(values[3], column.Type),
            Mean = Double(values[4]),
            StdDev = Double(values[5]),
            P25 = quartiles.Count == 3 ? quartiles[0] : null,
            Median = quartiles.Count == 3 ? quartiles[1] : null,
            P75 = quartiles.Count == 3 ? quartiles[2] : null,
            Zeros = isNumeric ? Convert.ToInt64(values[7], CultureInfo.InvariantCulture) : null,
            NotFinite = column.Type == ColumnType.Number ? Convert.ToInt64(values[8], CultureInfo.InvariantCulture) : null,
            MaxLength = column.Type == ColumnType.Text && values[8] is { } length ? Convert.ToInt32(length, CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>Two passes for all columns of a batch: the bounds, then one count per bin.</summary>
    private static void AddHistograms(DuckDBConnection connection, List<ColumnProfile> profiles)
    {
        var measured = profiles.Select((p, i) => (Index: i, Profile: p, Expression: Measure(p))).Where(m => m.Expression is not null && m.Profile.Count > 0).ToList();
        if (measured.Count == 0)
        {
            return;
        }

        var bounds = Row(connection, $"SELECT {string.Join(", ", measured.Select(m => $"min({m.Expression})::DOUBLE, max({m.Expression})::DOUBLE"))} FROM rows");
        var bins = new List<(int Index, double From, double Width, int Count)>();
        var counted = new List<string>();
        for (var i = 0; i < measured.Count; i++)
        {
            if (Double(bounds[2 * i]) is not { } from || Double(bounds[2 * i + 1]) is not { } to || !double.IsFinite(to - from))
            {
                continue;
            }

            // Few whole numbers get a bin each, centred on them: 20 bins over 0 … 6 would look like a comb.
            var isWhole = measured[i].Profile.Type is not (ColumnType.Number or ColumnType.Datetime or ColumnType.Time);
            var (start, width, count) = isWhole && to - from < Bins ? (from - 0.5, 1.0, (int)(to - from) + 1)
                : to > from ? (from, (to - from) / Bins, Bins)
                : (from, 0, 1);
            bins.Add((measured[i].Index, start, width, count));
            var bin = width == 0 ? "0" : Bin(measured[i].Expression!, start, width, count);
            counted.Add($"map_entries(histogram(CASE WHEN {measured[i].Expression} IS NOT NULL THEN {bin} END))::VARCHAR");
        }

        if (counted.Count == 0)
        {
            return;
        }

        var counts = Row(connection, $"SELECT {string.Join(", ", counted)} FROM rows");
        for (var i = 0; i < bins.Count; i++)
        {
            var (index, from, width, count) = bins[i];
            var histogram = Enumerable.Range(0, count).Select(b => new HistogramBin(from + b * width, b == count - 1 && width > 0 && count == Bins ? from + Bins * width : from + (b + 1) * width, 0)).ToArray();
            foreach (var (bin, rows) in Entries((string)counts[i]!))
            {
                histogram[Math.Clamp(bin, 0, count - 1)] = histogram[Math.Clamp(bin, 0, count - 1)] with { Count = rows };
            }

            profiles[index] = profiles[index] with { Histogram = histogram };
        }
    }

    /// <summary>The bin of a value by its bounds as they are shown: the quotient alone errs in its last digit at the bounds.</summary>
    private static string Bin(string value, double start, double width, int count)
    {
        var bin = string.Create(CultureInfo.InvariantCulture, $"floor(({value} - ({start:R})) / ({width:R}))");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"least({count - 1}, {bin} + CASE WHEN {value} >= ({start:R}) + ({bin} + 1) * ({width:R}) THEN 1 WHEN {value} < ({start:R}) + {bin} * ({width:R}) THEN -1 ELSE 0 END)::INTEGER");
    }

    /// <summary>The entries of a map as DuckDB writes them: <c>[{'key': 0, 'value': 3}, …]</c>.</summary>
    private static IEnumerable<(int Bin, long Rows)> Entries(string text)
    {
        var numbers = text.Split(['[', ']', '{', '}', ',', ':', ' '], StringSplitOptions.RemoveEmptyEntries).Where(w => char.IsAsciiDigit(w[0]) || w[0] == '-').ToList();
        for (var i = 0; i + 1 < numbers.Count; i += 2)
        {
            yield return (int.Parse(numbers[i], CultureInfo.InvariantCulture), long.Parse(numbers[i + 1], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What a histogram of the column is over: its values, for moments their distance from 1970, for text its length.</summary>
    private static string? Measure(ColumnProfile column)
    {
        var name = Sql.Name(column.Name);
        return column.Type switch
        {
            ColumnType.Integer => name,
            ColumnType.Number => $"(CASE WHEN isfinite({name}) THEN {name} END)",
            ColumnType.Text => $"length({name})",
            ColumnType.Date => $"({name} - DATE '1970-01-01')",
            ColumnType.Datetime or ColumnType.Time => $"epoch({name})",
            _ => null,
        };
    }

    /// <summary>The most frequent values and, from the same counting, how many there are.</summary>
    private static ColumnProfile WithValues(DuckDBConnection connection, ColumnProfile column)
    {
        var name = Sql.Name(column.Name);
        var value = column.Type is ColumnType.Date or ColumnType.Datetime or ColumnType.Time ? "v::VARCHAR" : "v";
        using var command = connection.CreateCommand();
        command.CommandText =
            $"WITH counted AS MATERIALIZED (SELECT {name} AS v, count(*) AS n FROM rows WHERE {name} IS NOT NULL GROUP BY ALL) "
            + $"SELECT {value}, n, (SELECT count(*) FROM counted) FROM counted ORDER BY n DESC, v LIMIT {TopValues}";
        using var reader = command.ExecuteReader();
        List<ValueCount> top = [];
        var distinct = column.Distinct;
        while (reader.Read())
        {
            top.Add(new(Value(reader.GetValue(0), column.Type)!.Value, reader.GetInt64(1)));
            distinct = column.DistinctIsExact ? reader.GetInt64(2) : distinct;
        }

        return column with { TopValues = top, Distinct = distinct };
    }

    private static CorrelationMatrix? Correlations(DuckDBConnection connection, List<ColumnProfile> numeric, CancellationToken cancellationToken)
    {
        if (numeric.Count < 2)
        {
            return null;
        }

        var values = new double?[numeric.Count][];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = new double?[numeric.Count];
            values[i][i] = 1;
        }

        // Row by row of the matrix: one statement with all 1770 pairs would bind for seconds.
        for (var i = 0; i < numeric.Count - 1; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pairs = Enumerable.Range(i + 1, numeric.Count - i - 1).Select(j => $"corr(c{i}, c{j})");
            var row = Row(connection, $"SELECT {string.Join(", ", pairs)} FROM correlated");
            for (var j = i + 1; j < numeric.Count; j++)
            {
                var value = Double(row[j - i - 1]) is { } r && double.IsFinite(r) ? Math.Clamp(r, -1, 1) : (double?)null;
                values[i][j] = value;
                values[j][i] = value;
            }
        }

        return new([.. numeric.Select(p => p.Name)], values);
    }

    private static string Small(ColumnProfile column)
    {
        var name = Sql.Name(column.Name);
        return $"(CASE WHEN abs({name}::DOUBLE) < 1e150 THEN {name}::DOUBLE END)";
    }

    private static IEnumerable<ProfileAlert> Alerts(List<ColumnProfile> profiles, long rowCount, CorrelationMatrix? correlations)
    {
        foreach (var column in profiles)
        {
            if (column.Count == 0)
            {
                yield return new("EMPTY", column.Name, "No value at all.");
                continue;
            }

            if (column.Missing * 2 > rowCount)
            {
                yield return new("MOSTLY_MISSING", column.Name, $"{100.0 * column.Missing / rowCount:0.#} % of the values are missing.");
            }

            if (column.Distinct == 1)
            {
                yield return new("CONSTANT", column.Name, "The same value in every row that has one: nothing can be learned from it.");
            }
            else if (MeaningFinder.IsKey(column, rowCount))
            {
                yield return new("IDENTIFIER", column.Name, "A different value in every row: a key rather than something to learn from.");
            }
            else if (column.Type == ColumnType.Text && column.Distinct > 50 && column.Distinct * 2 > column.Count)
            {
                yield return new("HIGH_CARDINALITY", column.Name, $"{column.Distinct} different texts.");
            }

            if (column.NotFinite > 0)
            {
                yield return new("NOT_FINITE", column.Name, $"{column.NotFinite} values are infinite.");
            }
        }

        for (var i = 0; i < correlations?.Columns.Count; i++)
        {
            for (var j = i + 1; j < correlations.Columns.Count; j++)
            {
                if (correlations.Values[i][j] is { } r && Math.Abs(r) > StrongCorrelation)
                {
                    yield return new("CORRELATED", correlations.Columns[j], string.Create(CultureInfo.InvariantCulture, $"Nearly the same as {correlations.Columns[i]} (r = {r:0.000})."));
                }
            }
        }
    }

    private static object?[] Row(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        reader.Read();
        var values = new object?[reader.FieldCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        }

        return values;
    }

    private static double? Double(object? value) => value is null ? null : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static JsonElement? Value(object? value, ColumnType type) => value switch
    {
        null => null,
        string text when type == ColumnType.Datetime => JsonSerializer.SerializeToElement($"{text.Replace(' ', 'T')}Z"),
        string text => JsonSerializer.SerializeToElement(text.Length > MaxTextLength ? text[..MaxTextLength] + "…" : text),
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), HubJson.Options),
    };
}
