using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Comparison;

/// <summary>How far the distribution of each column moved.</summary>
/// <remarks>
/// PSI after N. Siddiqi, Credit Risk Scorecards (2006): Σ (qᵢ − pᵢ) · ln(qᵢ / pᵢ) with the shares pᵢ of the older and qᵢ of the newer version.
/// Bins come from the older version: tenths of its values for numbers and moments, its 20 most frequent values and the rest otherwise; what
/// is missing is a bin of its own when there is any. A share below 1/10 000 counts as that, because the logarithm of an empty bin has no value.
/// </remarks>
internal sealed class DiffStatistics(DuckDBConnection connection, DiffEngine engine, string fromPath, string toPath)
{
    private const int ColumnsAtOnce = 12;
    private const int Values = 20;
    private const double LeastShare = 1e-4;
    private const long ExactRows = 5_000_000;

    public IReadOnlyList<ColumnDiff> Compute(DiffPlan plan, DatasetProfileDocument from, DatasetProfileDocument to, IReadOnlyList<long>? changed, Action checkpoint)
    {
        var results = new ColumnDiff[plan.Pairs.Count];
        var measured = new List<(int Index, ColumnProfile Before)>();
        for (var i = 0; i < results.Length; i++)
        {
            var pair = plan.Pairs[i];
            var (before, after) = (Of(from, pair.From.Name), Of(to, pair.To.Name));
            results[i] = new()
            {
                Column = pair.From.Name,
                ToColumn = pair.To.Name,
                Type = pair.To.Type,
                MissingFrom = before.Missing,
                MissingTo = after.Missing,
                MeanFrom = before.Mean,
                MeanTo = after.Mean,
                Changed = changed?[i],
            };
            if (!pair.IsComparable || before.Count == 0 || after.Count == 0)
            {
                continue;
            }

            if (Measure(pair.From.Type, "x") is not null)
            {
                measured.Add((i, before));
            }
            else if (!IsFree(before))
            {
                checkpoint();
                results[i] = ByValue(results[i], pair, before, from.RowCount, to.RowCount);
            }
        }

        foreach (var some in measured.Chunk(ColumnsAtOnce))
        {
            checkpoint();
            ByMeasure(results, plan, some, from.RowCount, to.RowCount);
        }

        return [.. results.Select((r, i) => (r, i)).OrderByDescending(r => r.r.Psi ?? -1).ThenByDescending(r => r.r.Changed ?? 0).ThenBy(r => r.i).Select(r => r.r)];
    }

    /// <param name="before">Rows per bin in the older version.</param>
    internal static double Psi(IReadOnlyList<long> before, IReadOnlyList<long> after)
    {
        double allBefore = before.Sum(), allAfter = after.Sum(), sum = 0;
        for (var i = 0; i < before.Count; i++)
        {
            var p = Math.Max(LeastShare, before[i] / allBefore);
            var q = Math.Max(LeastShare, after[i] / allAfter);
            sum += (q - p) * Math.Log(q / p);
        }

        return sum;
    }

    private static ColumnProfile Of(DatasetProfileDocument profile, string name) => profile.Columns.First(c => c.Name == name);

    /// <summary>Text with a different value nearly everywhere.</summary>
    private static bool IsFree(ColumnProfile column) => column.Type == ColumnType.Text && column.Distinct > 50 && column.Distinct * 2 > column.Count;

    private static string? Measure(ColumnType type, string column) => type switch
    {
        ColumnType.Integer => $"{column}::DOUBLE",
        ColumnType.Number => $"(CASE WHEN isfinite({column}) THEN {column} END)",
        ColumnType.Date => $"({column} - DATE '1970-01-01')::DOUBLE",
        ColumnType.Datetime or ColumnType.Time => $"epoch({column})",
        _ => null,
    };

    private ColumnDiff ByValue(ColumnDiff result, MatchedColumns pair, ColumnProfile before, long fromRows, long toRows)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            WITH top AS (SELECT {Sql.Name(pair.From.Name)} AS v, count(*) AS n FROM read_parquet({Sql.Text(fromPath)}) WHERE {Sql.Name(pair.From.Name)} IS NOT NULL GROUP BY ALL ORDER BY n DESC, v LIMIT {Values})
            SELECT top.v::VARCHAR, top.n, count(b.v) FROM top LEFT JOIN (SELECT {Sql.Name(pair.To.Name)} AS v FROM read_parquet({Sql.Text(toPath)})) b ON b.v = top.v GROUP BY top.v, top.n ORDER BY top.n DESC, top.v
            """;
        using var reader = command.ExecuteReader();
        var bins = new List<DiffBin>();
        while (reader.Read())
        {
            var value = reader.GetString(0);
            bins.Add(new(null, null, value.Length > 200 ? value[..200] + "…" : value, reader.GetInt64(1), reader.GetInt64(2)));
        }

        long restBefore = fromRows - result.MissingFrom - bins.Sum(b => b.Before), restAfter = toRows - result.MissingTo - bins.Sum(b => b.After);
        List<long> p = [.. bins.Select(b => b.Before)], q = [.. bins.Select(b => b.After)];
        if (restBefore + restAfter > 0)
        {
            p.Add(restBefore);
            q.Add(restAfter);
            bins.Add(new(null, null, null, restBefore, restAfter));
        }

        AddMissing(p, q, result.MissingFrom, result.MissingTo);
        return result with { Bins = bins, Psi = Psi(p, q) };
    }

    private void ByMeasure(ColumnDiff[] results, DiffPlan plan, (int Index, ColumnProfile Before)[] some, long fromRows, long toRows)
    {
        double[] tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        string X(int index, bool ofFrom)
        {
            var column = ofFrom ? plan.Pairs[index].From : plan.Pairs[index].To;
            return Measure(column.Type, Sql.Name(column.Name))!;
        }

        string[] Cuts(string x) => fromRows <= ExactRows
            ? Array.ConvertAll(Quantiles.Aggregates($"({x})::DOUBLE", tenths), a => $"{a}::DOUBLE[]")
            : [$"approx_quantile({x}, [{string.Join(", ", tenths.Select(t => t.ToString("R", CultureInfo.InvariantCulture)))}])::DOUBLE[]"];

        var found = engine.Row($"SELECT {string.Join(", ", some.SelectMany(s => Cuts(X(s.Index, true))))} FROM read_parquet({Sql.Text(fromPath)})");
        var cuts = some.Select((_, i) => (fromRows <= ExactRows ? Quantiles.Of(found[2 * i], found[(2 * i) + 1]) : Quantiles.Doubles(found[i])).Distinct().ToList()).ToList();
        // Rows up to each bound; bins are the differences.
        var bounds = some.Select((s, i) => cuts[i].Select(c => (Bound: c, IsOpen: false)).Concat(s.Before.Histogram.Skip(1).Select(b => (Bound: b.From, IsOpen: true))).ToList()).ToList();
        string Counts(bool ofFrom)
        {
            var sql = new StringBuilder("SELECT ");
            for (var i = 0; i < some.Length; i++)
            {
                var x = X(some[i].Index, ofFrom);
                sql.Append($"count({x})");
                foreach (var (bound, isOpen) in bounds[i])
                {
                    sql.Append(CultureInfo.InvariantCulture, $", count(*) FILTER ({x} {(isOpen ? "<" : "<=")} ({bound:R})::DOUBLE)");
                }

                sql.Append(i < some.Length - 1 ? ", " : "");
            }

            return sql.Append($" FROM read_parquet({Sql.Text(ofFrom ? fromPath : toPath)})").ToString();
        }

        var before = engine.Row(Counts(ofFrom: true)).Select(DiffEngine.Whole).ToArray();
        var after = engine.Row(Counts(ofFrom: false)).Select(DiffEngine.Whole).ToArray();
        var at = 0;
        for (var i = 0; i < some.Length; i++)
        {
            var (index, profile) = some[i];
            var (p, q) = (Bins(before, at, 1, cuts[i].Count), Bins(after, at, 1, cuts[i].Count));
            AddMissing(p, q, fromRows - before[at], toRows - after[at]);
            List<DiffBin> drawn = [];
            if (profile.Histogram.Count > 0)
            {
                var (old, now) = (Bins(before, at, 1 + cuts[i].Count, profile.Histogram.Count - 1), Bins(after, at, 1 + cuts[i].Count, profile.Histogram.Count - 1));
                drawn = [.. profile.Histogram.Select((b, n) => new DiffBin(b.From, b.To, null, old[n], now[n]))];
            }

            results[index] = results[index] with { Psi = Psi(p, q), Bins = drawn };
            at += 1 + bounds[i].Count;
        }
    }

    private static List<long> Bins(long[] counts, int at, int first, int bounds)
    {
        List<long> bins = [];
        long below = 0;
        for (var i = 0; i < bounds; i++)
        {
            bins.Add(counts[at + first + i] - below);
            below = counts[at + first + i];
        }

        bins.Add(counts[at] - below);
        return bins;
    }

    private static void AddMissing(List<long> p, List<long> q, long before, long after)
    {
        if (before + after > 0)
        {
            p.Add(before);
            q.Add(after);
        }
    }
}
