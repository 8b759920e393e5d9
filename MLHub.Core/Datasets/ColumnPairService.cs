using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

/// <summary>Computes on request how two columns of a version go together; bounded in rows, classes and points.</summary>
public sealed class ColumnPairService(DatasetService datasets, VersionFiles versions, IBlobStore blobs, RowEngine engine)
{
    private const long MaxRows = 1_000_000;
    private const int MaxPoints = 2_000;
    private const int MaxGroups = 8;
    private const int MaxClasses = 12;
    private const int FewNumbers = 20;

    /// <summary>Whether a column divides rows into classes; whole numbers do when they are few.</summary>
    public static bool HasClasses(ColumnProfile column) => column.Type switch
    {
        ColumnType.Text or ColumnType.Boolean => true,
        ColumnType.Integer => column.Distinct <= FewNumbers,
        _ => false,
    };

    /// <exception cref="HubException"><c>UNKNOWN_COLUMN</c>, <c>VERSION_NOT_READY</c>.</exception>
    public async Task<ColumnPair> GetAsync(Actor actor, Guid datasetId, int version, string x, string y, CancellationToken cancellationToken)
    {
        var ready = await versions.RequireAsync(actor, datasetId, version, cancellationToken);
        var profile = await datasets.ProfileAsync(actor, datasetId, version, cancellationToken);
        var (first, second) = (Find(profile, x), Find(profile, y));

        using var file = await blobs.FetchAsync(ready.Content, cancellationToken);
        return await Task.Run(
            () =>
            {
                using var connection = engine.Connect();
                return Compute(new(connection, file.Path, profile, cancellationToken), first, second);
            },
            cancellationToken);
    }

    private static ColumnPair Compute(Table table, ColumnProfile x, ColumnProfile y)
    {
        var pair = new ColumnPair(x.Name, y.Name)
        {
            Rows = table.Long($"SELECT count(*) FROM {table.Rows} AND {Sql.Name(x.Name)} IS NOT NULL AND {Sql.Name(y.Name)} IS NOT NULL"),
            IsSample = table.IsSample,
        };
        return (HasClasses(x), HasClasses(y)) switch
        {
            (true, true) => pair with { Table = Counts(table, x, y) },
            (false, true) => pair with { Groups = Groups(table, x, y), Bins = [.. x.Histogram.Select(b => b with { Count = 0 })] },
            // Classes lie on the second column, whichever way round they were asked for.
            (true, false) => Compute(table, y, x),
            _ => pair with { Points = Points(table, x, y) },
        };
    }

    private static List<PairPoint> Points(Table table, ColumnProfile x, ColumnProfile y) => table.Read(
        string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT a, b, id FROM (SELECT ({DatasetProfiler.Measure(x)})::DOUBLE AS a, ({DatasetProfiler.Measure(y)})::DOUBLE AS b, {Sql.Name(ColumnSchema.RowId)} AS id FROM {table.Rows}) WHERE a IS NOT NULL AND b IS NOT NULL ORDER BY hash(id), id LIMIT {MaxPoints}"),
        r => new PairPoint(r.GetDouble(0), r.GetDouble(1), r.GetInt64(2)));

    private static List<PairGroup> Groups(Table table, ColumnProfile x, ColumnProfile y)
    {
        var bins = x.Histogram;
        var bin = bins.Count == 0 ? "0" : new ProfileBins(bins[0].From, bins[0].To - bins[0].From, bins.Count).Find("a");
        return table.Read(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                WITH pairs AS (SELECT a, b FROM (SELECT ({DatasetProfiler.Measure(x)})::DOUBLE AS a, {Sql.Name(y.Name)}::VARCHAR AS b FROM {table.Rows}) WHERE a IS NOT NULL AND b IS NOT NULL),
                frequent AS (SELECT b, count(*) AS n, quantile_cont(a, [0.25, 0.5, 0.75]) AS q FROM pairs GROUP BY b ORDER BY n DESC, b LIMIT {MaxGroups})
                SELECT b, any_value(n) AS n, min(a), min(a) FILTER (a >= q[1] - 1.5 * (q[3] - q[1])), any_value(q[1]), any_value(q[2]), any_value(q[3]),
                    max(a) FILTER (a <= q[3] + 1.5 * (q[3] - q[1])), max(a), avg(a), map_entries(histogram({bin}))::VARCHAR
                FROM pairs JOIN frequent USING (b) GROUP BY b ORDER BY n DESC, b
                """),
            r =>
            {
                var counts = new long[bins.Count];
                foreach (var (at, rows) in DatasetProfiler.Entries(r.GetString(10)).Where(e => e.Bin < bins.Count))
                {
                    counts[at] = rows;
                }

                return new PairGroup(
                    r.GetString(0), r.GetInt64(1), r.GetDouble(2), r.GetDouble(3), r.GetDouble(4), r.GetDouble(5), r.GetDouble(6), r.GetDouble(7), r.GetDouble(8), r.GetDouble(9), counts);
            });
    }

    private static PairTable Counts(Table table, ColumnProfile x, ColumnProfile y)
    {
        var (xs, ys) = (Values(table, x), Values(table, y));
        var counts = ys.ConvertAll(_ => new long[xs.Count]);
        foreach (var (left, top, rows) in table.Read(
            $"SELECT a, b, count(*) FROM (SELECT {Sql.Name(x.Name)}::VARCHAR AS a, {Sql.Name(y.Name)}::VARCHAR AS b FROM {table.Rows}) WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY a, b",
            r => (r.GetString(0), r.GetString(1), r.GetInt64(2))))
        {
            if (xs.IndexOf(left) is >= 0 and var column && ys.IndexOf(top) is >= 0 and var row)
            {
                counts[row][column] = rows;
            }
        }

        return new(xs, ys, counts);
    }

    private static List<string> Values(Table table, ColumnProfile column) => table.Read(
        string.Create(CultureInfo.InvariantCulture, $"SELECT a, count(*) AS n FROM (SELECT {Sql.Name(column.Name)}::VARCHAR AS a FROM {table.Rows}) WHERE a IS NOT NULL GROUP BY a ORDER BY n DESC, a LIMIT {MaxClasses}"),
        r => r.GetString(0));

    private static ColumnProfile Find(DatasetProfileDocument profile, string name) =>
        profile.Columns.FirstOrDefault(c => c.Name == name) ?? profile.Columns.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw HubException.Field("column", $"There is no column \"{name}\" in this table.", "UNKNOWN_COLUMN");

    private sealed class Table(DuckDBConnection connection, string path, DatasetProfileDocument profile, CancellationToken cancellationToken)
    {
        public bool IsSample => profile.RowCount > MaxRows;

        /// <summary>Table and condition, to be gone on with <c>AND</c>.</summary>
        public string Rows => $"read_parquet({Sql.Text(path)}) WHERE {DatasetProfiler.Part(profile.RowCount, MaxRows)}";

        public long Long(string sql) => Read(sql, r => r.GetInt64(0))[0];

        public List<T> Read<T>(string sql, Func<DuckDBDataReader, T> row)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var stop = cancellationToken.Register(command.Cancel);
            using var reader = command.ExecuteReader();
            List<T> rows = [];
            while (reader.Read())
            {
                rows.Add(row(reader));
            }

            cancellationToken.ThrowIfCancellationRequested();
            return rows;
        }
    }
}
