using System.Globalization;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>
/// Computes the profile of a stored table: in memory, a few columns at a time, and by an engine that spills to disk where a column does not fit.
/// Figures are exact; only the number of distinct values of
/// very long tables, their quantiles, their repeated rows and their correlations are estimates, and say so.
/// </summary>
public sealed class DatasetProfiler(string scratchFolder, int threads, long memoryBytes)
{
    private const int TopValues = 20;
    private const int MaxTextLength = 200;
    private const long ExactRows = 5_000_000;
    private const long ComparedRows = 2_000_000;
    private const long CellsAtOnce = 4_000_000;
    private const int TextWeight = 4;
    private const int MaxComparedColumns = 500;
    private const int MaxMissing = 60;
    private const int MissingPatterns = 20;

    /// <summary>Longer tables are left to the engine, which needs no place for a whole column.</summary>
    internal long MemoryRows { get; init; } = ExactRows;

    /// <summary>Columns read together that have more different texts are left to it as well.</summary>
    internal int MemoryTexts { get; init; } = 1_000_000;

    /// <param name="path">Parquet that MLHub wrote.</param>
    public DatasetProfileDocument Profile(string path, IReadOnlyList<ColumnSchema> columns, Action<double> progress, CancellationToken cancellationToken)
    {
        using var connection = Sql.Open(null, scratchFolder, threads, Math.Min(memoryBytes, 512L * 1024 * 1024));
        var source = $"read_parquet({Sql.Text(path)})";
        var rowCount = Convert.ToInt64(Row(connection, $"SELECT count(*) FROM {source}")[0], CultureInfo.InvariantCulture);
        var profiles = new List<ColumnProfile>(columns.Count);
        foreach (var some in Batches(columns, rowCount))
        {
            cancellationToken.ThrowIfCancellationRequested();
            profiles.AddRange(rowCount <= MemoryRows ? InMemory(connection, source, some, rowCount, cancellationToken) : ByEngine(connection, source, some, rowCount));
            progress(0.8 * profiles.Count / columns.Count);
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
            connection, $"SELECT {string.Join(", ", chosen.Select(c => Small(c)))} FROM {source} WHERE {Part(profile.RowCount, ProfileAssociations.RowsFor(chosen.Count))}", chosen, cancellationToken);
        var pearson = figures.Pearson(cancellationToken);
        return profile with
        {
            Correlations = pearson,
            RankCorrelations = figures.Spearman(cancellationToken),
            Associations = figures.All(pearson, cancellationToken),
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

    /// <summary>Each statement binds all columns of the file, which takes long when they are thousands: as many columns at a time as fit.</summary>
    private static IEnumerable<ColumnSchema[]> Batches(IReadOnlyList<ColumnSchema> columns, long rowCount)
    {
        List<ColumnSchema> batch = [];
        var cells = 0L;
        foreach (var column in columns)
        {
            var more = rowCount * (column.Type == ColumnType.Text ? TextWeight : 1);
            if (batch.Count > 0 && cells + more > CellsAtOnce)
            {
                yield return [.. batch];
                (batch, cells) = ([], 0);
            }

            batch.Add(column);
            cells += more;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    private List<ColumnProfile> InMemory(DuckDBConnection connection, string source, ColumnSchema[] columns, long rowCount, CancellationToken cancellationToken)
    {
        var budget = new ColumnCells.TextBudget(MemoryTexts);
        var cells = Array.ConvertAll(columns, c => ColumnCells.Of(c, rowCount, budget));
        using (var command = connection.CreateCommand())
        {
            command.UseStreamingMode = true;
            command.CommandText = $"SELECT {Part(rowCount, ProfileTexts.RowsLookedAt)}, {string.Join(", ", cells.Select(c => c.Expression))} FROM {source}";
            using var reader = command.ExecuteReader();
            for (var row = 0L; reader.Read(); row++)
            {
                if ((row * cells.Length & 0xffff) < cells.Length)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var isLookedAt = reader.GetBoolean(0);
                for (var i = 0; i < cells.Length; i++)
                {
                    if (!reader.IsDBNull(i + 1))
                    {
                        cells[i].Add(reader, i + 1, isLookedAt);
                    }
                }
            }
        }

        var profiles = new ColumnProfile?[cells.Length];
        Parallel.For(0, cells.Length, new() { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancellationToken }, i => profiles[i] = cells[i].Profile(rowCount));
        return [.. profiles.Select((p, i) => p ?? ByEngine(connection, source, [columns[i]], rowCount)[0])];
    }

    private static List<ColumnProfile> ByEngine(DuckDBConnection connection, string source, ColumnSchema[] columns, long rowCount)
    {
        connection.Run($"CREATE OR REPLACE TEMP VIEW rows AS SELECT {Sql.Name(ColumnSchema.RowId)}, {string.Join(", ", columns.Select(c => Sql.Name(c.Name)))} FROM {source}");
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
        return profiles.ConvertAll(p => p.Text is null ? p : p with { Text = ProfileTexts.Look(p.Text, p.MaxLength ?? 0, TextsLookedAt(connection, p, rowCount)) });
    }

    private static IEnumerable<(string Text, long Rows)> TextsLookedAt(DuckDBConnection connection, ColumnProfile column, long rowCount)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Sql.Name(column.Name)} AS v, count(*) FROM rows WHERE v IS NOT NULL AND {Part(rowCount, ProfileTexts.RowsLookedAt)} GROUP BY v";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return (reader.GetString(0), reader.GetInt64(1));
        }
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
                var quantiles = $"approx_quantile({finite}::DOUBLE, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])";
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
        var found = Quantiles.Doubles(values[6]);
        double?[] quantiles = found.Count == 7 ? [.. found] : new double?[7];
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
            QuantilesAreExact = !isNumeric,
            LowFence = NumberFigures.Finite(quantiles[2] - range),
            HighFence = NumberFigures.Finite(quantiles[4] + range),
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
        var bins = new List<(int Index, ProfileBins Bins)>();
        var counted = new List<string>();
        for (var i = 0; i < profiles.Count; i++)
        {
            if (profiles[i].Count > 0 && Measure(profiles[i]) is { } measure && bounds[i] is ({ } from, { } to) && ProfileBins.Of(profiles[i].Type, from, to) is { } some)
            {
                bins.Add((i, some));
                counted.Add($"map_entries(histogram(CASE WHEN {measure} IS NOT NULL THEN {some.Find(measure)} END))::VARCHAR, {Shape(profiles[i], measure)}");
            }
        }

        if (counted.Count == 0)
        {
            return;
        }

        var counts = Row(connection, $"SELECT {string.Join(", ", counted)} FROM rows");
        for (var i = 0; i < bins.Count; i++)
        {
            var (index, some) = bins[i];
            var rows = new long[some.Count];
            foreach (var (bin, found) in Entries((string)counts[4 * i]!))
            {
                rows[Math.Clamp(bin, 0, some.Count - 1)] += found;
            }

            profiles[index] = NumberFigures.WithMoments(profiles[index], Double(counts[(4 * i) + 1]), Double(counts[(4 * i) + 2])) with
            {
                Histogram = some.Histogram(rows),
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
            var z = string.Create(CultureInfo.InvariantCulture, $"(({measure}::DOUBLE - ({mean:E16})) / {deviation:E16})");
            moments = $"sum({z} * {z} * {z}), sum({z} * {z} * {z} * {z})";
        }

        return column is { LowFence: { } low, HighFence: { } high }
            ? string.Create(CultureInfo.InvariantCulture, $"{moments}, count(*) FILTER ({measure} < ({low:E16}) OR {measure} > ({high:E16}))")
            : $"{moments}, NULL";
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

    private static double? Double(object? value) => value is null ? null : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    internal static JsonElement? Value(object? value, ColumnType type) => value switch
    {
        null => null,
        string text when type == ColumnType.Datetime => JsonSerializer.SerializeToElement($"{text.Replace(' ', 'T')}Z"),
        string text => JsonSerializer.SerializeToElement(text.Length > MaxTextLength ? text[..MaxTextLength] + "…" : text),
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), HubJson.Options),
    };
}
