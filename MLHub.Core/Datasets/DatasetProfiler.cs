using System.Globalization;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>
/// Computes the profile of a stored table with an engine that spills to disk. Figures are exact; only the number of distinct values of
/// very long tables, their quantiles, their repeated rows and their correlations are estimates, and say so.
/// </summary>
public sealed class DatasetProfiler(string scratchFolder, int threads, long memoryBytes)
{
    private const int Bins = 20;
    private const int TopValues = 20;
    private const int MaxTextLength = 200;
    private const long ExactRows = 5_000_000;
    private const long ComparedRows = 2_000_000;
    private const int WideTable = 100;
    private const int MaxComparedColumns = 500;
    private const int MaxMissing = 60;
    private const int MissingPatterns = 20;

    /// <param name="path">Parquet that MLHub wrote.</param>
    public DatasetProfileDocument Profile(string path, IReadOnlyList<ColumnSchema> columns, Action<double> progress, CancellationToken cancellationToken)
    {
        using var connection = Sql.Open(null, scratchFolder, threads, Math.Min(memoryBytes, 512L * 1024 * 1024));
        var source = $"read_parquet({Sql.Text(path)})";
        var rowCount = Convert.ToInt64(Row(connection, $"SELECT count(*) FROM {source}")[0], CultureInfo.InvariantCulture);
        // Each statement binds all columns of the file, which takes long when they are thousands: then they are copied out in batches.
        if (columns.Count <= WideTable)
        {
            connection.Run($"CREATE VIEW rows AS SELECT * FROM {source}");
        }

        // Quantiles and distinct values hold the values of their columns in memory: the longer the table, the fewer columns at a time.
        var batch = (int)Math.Clamp(2_000_000 / Math.Max(1, rowCount), 1, 50);
        var profiles = new List<ColumnProfile>(columns.Count);
        for (var i = 0; i < columns.Count; i += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ColumnSchema[] some = [.. columns.Skip(i).Take(batch)];
            if (columns.Count > WideTable)
            {
                connection.Run($"CREATE OR REPLACE TABLE rows AS SELECT {Sql.Name(ColumnSchema.RowId)}, {string.Join(", ", some.Select(c => Sql.Name(c.Name)))} FROM {source}");
            }

            profiles.AddRange(Figures(connection, some, rowCount));
            progress(0.8 * i / columns.Count);
        }

        progress(0.8);
        var (duplicates, areExact) = Duplicates(connection, source, columns, rowCount);
        var profile = new DatasetProfileDocument(rowCount, profiles, null, [])
        {
            DuplicateRows = duplicates,
            DuplicatesAreExact = areExact,
            MissingTogether = MissingTogether(connection, source, profiles),
        };
        progress(0.9);
        profile = WithCorrelations(connection, source, profile, cancellationToken);
        return profile with { Alerts = [.. ProfileAlerts.Of(profile)] };
    }

    private static DatasetProfileDocument WithCorrelations(DuckDBConnection connection, string source, DatasetProfileDocument profile, CancellationToken cancellationToken)
    {
        var chosen = ProfileAssociations.Choose(profile.Columns);
        if (chosen.Count < 2)
        {
            return profile;
        }

        var figures = ProfileAssociations.Read(
            connection, $"SELECT {string.Join(", ", chosen.Select(c => Small(c)))} FROM {source} WHERE {Part(profile.RowCount, ProfileAssociations.MaxRows)}", chosen, cancellationToken);
        return profile with
        {
            Correlations = figures.Pearson(cancellationToken),
            RankCorrelations = figures.Spearman(cancellationToken),
            Associations = figures.All(cancellationToken),
            CorrelatedRows = figures.Rows == profile.RowCount ? null : figures.Rows,
        };
    }

    /// <summary>About so many rows of a long table, by the hash of their id: the same ones each time.</summary>
    internal static string Part(long rowCount, long wanted)
    {
        var nth = (rowCount + wanted - 1) / wanted;
        return nth <= 1 ? "true" : string.Create(CultureInfo.InvariantCulture, $"hash({Sql.Name(ColumnSchema.RowId)}) % {nth} = 0");
    }

    /// <summary>
    /// Rows that are the same have the same hash: where hashes are 64 bits, other rows hardly ever do. Of a very long table a part of the
    /// hashes is looked at, which holds all copies of its rows.
    /// </summary>
    private static (long? Rows, bool AreExact) Duplicates(DuckDBConnection connection, string source, IReadOnlyList<ColumnSchema> columns, long rowCount)
    {
        if (columns.Count > MaxComparedColumns)
        {
            return (null, true);
        }

        var nth = Math.Max(1, (rowCount + ComparedRows - 1) / ComparedRows);
        var repeated = Row(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"SELECT count(h) - count(DISTINCT h) FROM (SELECT hash({string.Join(", ", columns.Select(c => Sql.Name(c.Name)))}) AS h FROM {source}) WHERE h % {nth} = 0"))[0];
        return (Convert.ToInt64(repeated, CultureInfo.InvariantCulture) * nth, nth == 1);
    }

    private static List<MissingPattern> MissingTogether(DuckDBConnection connection, string source, List<ColumnProfile> profiles)
    {
        var missing = profiles.Where(p => p.Missing > 0).Take(MaxMissing).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        var bits = missing.Select((p, bit) => string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {Sql.Name(p.Name)} IS NULL THEN {1L << bit} ELSE 0 END"));
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT bits, count(*) AS n FROM (SELECT ({string.Join(" + ", bits)})::BIGINT AS bits FROM {source}) WHERE bits <> 0 GROUP BY bits ORDER BY n DESC, bits LIMIT {MissingPatterns}");
        using var reader = command.ExecuteReader();
        List<MissingPattern> patterns = [];
        while (reader.Read())
        {
            var found = reader.GetInt64(0);
            patterns.Add(new([.. missing.Where((_, bit) => (found & (1L << bit)) != 0).Select(p => p.Name)], reader.GetInt64(1)));
        }

        return patterns;
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
        var bounds = new List<(double? From, double? To)>(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            var figures = values.AsSpan(i * AggregateCount, AggregateCount);
            profiles.Add(Basic(columns[i], figures, rowCount));
            bounds.Add((Double(figures[10]), Double(figures[11])));
        }

        AddShapes(connection, profiles, bounds);
        profiles = profiles.ConvertAll(p => ProfileValues.Add(connection, p, TopValues));
        return ProfileTexts.Add(connection, profiles, rowCount, p => Part(rowCount, p));
    }

    private const int AggregateCount = 12;

    /// <summary>
    /// count, distinct, min, max, mean, deviation, quantiles, zeros (or mean length), not finite (or longest text), negatives (or untrimmed),
    /// and what the histogram runs from and to.
    /// </summary>
    private static string Aggregates(ColumnSchema column, long rowCount)
    {
        var name = Sql.Name(column.Name);
        var distinct = rowCount <= ExactRows ? "NULL" : $"approx_count_distinct({name})";
        switch (column.Type)
        {
            case ColumnType.Integer:
            case ColumnType.Number:
                var finite = column.Type == ColumnType.Number ? $"(CASE WHEN isfinite({name}) THEN {name} END)" : name;
                const string wanted = "[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]";
                var quantiles = rowCount <= ExactRows ? $"quantile_cont({finite}, {wanted})" : $"approx_quantile({finite}::DOUBLE, {wanted})";
                // Squares of very large numbers leave the range of a double: then there is no deviation, rather than an error.
                var deviation = $"CASE WHEN max(abs({finite}::DOUBLE)) < 1e150 THEN sqrt(greatest(0, var_samp(CASE WHEN abs({finite}::DOUBLE) < 1e150 THEN {finite}::DOUBLE END))) END";
                return $"count({name}), {distinct}, min({finite}), max({finite}), avg({finite}), {deviation}, {quantiles}, count(*) FILTER ({name} = 0), "
                    + (column.Type == ColumnType.Number ? $"count(*) FILTER (NOT isfinite({name}))" : "0")
                    + $", count(*) FILTER ({name} < 0), min({finite})::DOUBLE, max({finite})::DOUBLE";
            case ColumnType.Text:
                return $"count({name}), {distinct}, min({name}), max({name}), NULL, NULL, NULL, avg(length({name})), max(length({name})), count(*) FILTER (trim({name}) <> {name}), min(length({name})), max(length({name}))";
            case ColumnType.Boolean:
                return $"count({name}), {distinct}, min({name}), max({name}), avg({name}::INTEGER), NULL, NULL, NULL, NULL, NULL, NULL, NULL";
            default:
                var measure = column.Type == ColumnType.Date ? $"({name} - DATE '1970-01-01')" : $"epoch({name})";
                return $"count({name}), {distinct}, min({name})::VARCHAR, max({name})::VARCHAR, NULL, NULL, NULL, NULL, NULL, NULL, min({measure})::DOUBLE, max({measure})::DOUBLE";
        }
    }

    private static ColumnProfile Basic(ColumnSchema column, ReadOnlySpan<object?> values, long rowCount)
    {
        var isNumeric = column.Type is ColumnType.Integer or ColumnType.Number;
        var count = Convert.ToInt64(values[0], CultureInfo.InvariantCulture);
        var found = values[6] is IEnumerable<double> doubles ? doubles.ToList() : values[6] is IEnumerable<double?> nullable ? [.. nullable.OfType<double>()] : [];
        var quantiles = found.Count == 7 ? found.ConvertAll(q => (double?)q) : [.. new double?[7]];
        var range = 1.5 * (quantiles[4] - quantiles[2]);
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
            P1 = quantiles[0],
            P5 = quantiles[1],
            P25 = quantiles[2],
            Median = quantiles[3],
            P75 = quantiles[4],
            P95 = quantiles[5],
            P99 = quantiles[6],
            QuantilesAreExact = rowCount <= ExactRows,
            LowFence = Finite(quantiles[2] - range),
            HighFence = Finite(quantiles[4] + range),
            Zeros = isNumeric ? Whole(values[7]) : null,
            Negatives = isNumeric ? Whole(values[9]) : null,
            NotFinite = column.Type == ColumnType.Number ? Whole(values[8]) : null,
            MaxLength = column.Type == ColumnType.Text ? (int?)Whole(values[8]) : null,
            Text = column.Type == ColumnType.Text && count > 0 ? new((int)Whole(values[10])!.Value, Double(values[7])!.Value, Whole(values[9])!.Value, [], 0) : null,
        };
    }

    /// <summary>One more pass for all columns of a batch, now that bounds, mean and quartiles are known: bins, moments, outliers.</summary>
    private static void AddShapes(DuckDBConnection connection, List<ColumnProfile> profiles, List<(double? From, double? To)> bounds)
    {
        var bins = new List<(int Index, double From, double Width, int Count)>();
        var counted = new List<string>();
        for (var i = 0; i < profiles.Count; i++)
        {
            if (profiles[i].Count == 0 || Measure(profiles[i]) is not { } measure || bounds[i] is not ({ } from, { } to) || !double.IsFinite(to - from))
            {
                continue;
            }

            // Few whole numbers get a bin each, centred on them: 20 bins over 0 … 6 would look like a comb.
            var isWhole = profiles[i].Type is not (ColumnType.Number or ColumnType.Datetime or ColumnType.Time);
            var (start, width, count) = isWhole && to - from < Bins ? (from - 0.5, 1.0, (int)(to - from) + 1)
                : to > from ? (from, (to - from) / Bins, Bins)
                : (from, 0, 1);
            bins.Add((i, start, width, count));
            var bin = width == 0 ? "0" : Bin(measure, start, width, count);
            counted.Add($"map_entries(histogram(CASE WHEN {measure} IS NOT NULL THEN {bin} END))::VARCHAR, {Shape(profiles[i], measure)}");
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
            foreach (var (bin, rows) in Entries((string)counts[4 * i]!))
            {
                histogram[Math.Clamp(bin, 0, count - 1)] = histogram[Math.Clamp(bin, 0, count - 1)] with { Count = rows };
            }

            profiles[index] = WithMoments(profiles[index], Double(counts[(4 * i) + 1]), Double(counts[(4 * i) + 2])) with
            {
                Histogram = histogram,
                Outliers = profiles[index].LowFence is null ? null : Whole(counts[(4 * i) + 3]),
            };
        }
    }

    /// <summary>Sums of the third and fourth powers of standardised values, which stay small, and the values beyond the fences.</summary>
    private static string Shape(ColumnProfile column, string measure)
    {
        var moments = "NULL, NULL";
        if (column is { Mean: { } mean, StdDev: > 0 and var deviation })
        {
            var z = string.Create(CultureInfo.InvariantCulture, $"(({measure}::DOUBLE - ({mean:R})) / {deviation:R})");
            moments = $"sum({z} * {z} * {z}), sum({z} * {z} * {z} * {z})";
        }

        return column is { LowFence: { } low, HighFence: { } high }
            ? string.Create(CultureInfo.InvariantCulture, $"{moments}, count(*) FILTER ({measure} < ({low:R}) OR {measure} > ({high:R}))")
            : $"{moments}, NULL";
    }

    /// <summary>Joanes and Gill, Comparing measures of sample skewness and kurtosis, 1998: G₁ and G₂. The deviation divides by n − 1.</summary>
    private static ColumnProfile WithMoments(ColumnProfile column, double? cubes, double? fourths)
    {
        double n = column.Count - (column.NotFinite ?? 0);
        return column with
        {
            Skewness = n > 2 ? Finite(n / (n - 1) / (n - 2) * cubes) : null,
            Kurtosis = n > 3 ? Finite((n * (n + 1) / (n - 1) / (n - 2) / (n - 3) * fourths) - (3 * (n - 1) * (n - 1) / (n - 2) / (n - 3))) : null,
        };
    }

    /// <summary>The bin of a value by its bounds as they are shown: the quotient alone errs in its last digit at the bounds.</summary>
    internal static string Bin(string value, double start, double width, int count)
    {
        var bin = string.Create(CultureInfo.InvariantCulture, $"floor(({value} - ({start:R})) / ({width:R}))");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"least({count - 1}, {bin} + CASE WHEN {value} >= ({start:R}) + ({bin} + 1) * ({width:R}) THEN 1 WHEN {value} < ({start:R}) + {bin} * ({width:R}) THEN -1 ELSE 0 END)::INTEGER");
    }

    /// <summary>The entries of a map as DuckDB writes them: <c>[{'key': 0, 'value': 3}, …]</c>.</summary>
    internal static IEnumerable<(int Bin, long Rows)> Entries(string text)
    {
        var numbers = text.Split(['[', ']', '{', '}', ',', ':', ' '], StringSplitOptions.RemoveEmptyEntries).Where(w => char.IsAsciiDigit(w[0]) || w[0] == '-').ToList();
        for (var i = 0; i + 1 < numbers.Count; i += 2)
        {
            yield return (int.Parse(numbers[i], CultureInfo.InvariantCulture), long.Parse(numbers[i + 1], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What a histogram of the column is over: its values, for moments their distance from 1970, for text its length.</summary>
    internal static string? Measure(ColumnProfile column)
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

    private static string Small(ColumnProfile column)
    {
        var name = Sql.Name(column.Name);
        return column.Type is ColumnType.Integer or ColumnType.Number ? $"(CASE WHEN abs({name}::DOUBLE) < 1e150 THEN {name}::DOUBLE END)" : name;
    }

    internal static object?[] Row(DuckDBConnection connection, string sql)
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

    internal static long? Whole(object? value) => value is null ? null : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static double? Double(object? value) => value is null ? null : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    internal static JsonElement? Value(object? value, ColumnType type) => value switch
    {
        null => null,
        string text when type == ColumnType.Datetime => JsonSerializer.SerializeToElement($"{text.Replace(' ', 'T')}Z"),
        string text => JsonSerializer.SerializeToElement(text.Length > MaxTextLength ? text[..MaxTextLength] + "…" : text),
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), HubJson.Options),
    };
}
