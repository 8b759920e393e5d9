using System.Numerics;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>How strongly columns of a table go together, pair by pair.</summary>
internal sealed class ProfileAssociations
{
    public const int MaxColumns = 60;

    private const long MaxRows = 100_000;
    private const long MinRows = 5_000;
    private const long MaxComparisons = 40_000_000;
    private const int MaxClasses = 50;

    private readonly List<Series> _series;

    private ProfileAssociations(List<Series> series, long rows) => (_series, Rows) = (series, rows);

    /// <summary>Rows that were read.</summary>
    public long Rows { get; }

    /// <summary>Numbers, and texts with few different values; of very wide tables the first.</summary>
    public static List<ColumnProfile> Choose(IEnumerable<ColumnProfile> columns) =>
        [.. columns.Where(p => p.Distinct > 1 && (IsNumeric(p) || (p.Type is ColumnType.Text or ColumnType.Boolean && p.Distinct <= MaxClasses))).Take(MaxColumns)];

    /// <summary>The more pairs, the fewer rows of each: comparing must not take longer than reading.</summary>
    public static long RowsFor(int columns) => Math.Clamp(MaxComparisons * 2 / columns / (columns - 1), MinRows, MaxRows);

    /// <param name="sql">Gives the chosen columns in their order.</param>
    public static ProfileAssociations Read(DuckDBConnection connection, string sql, List<ColumnProfile> columns, CancellationToken cancellationToken)
    {
        var series = columns.ConvertAll(c => new Series(c.Name, c.Type));
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        var rows = 0L;
        while (reader.Read())
        {
            if ((rows++ & 0xfff) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            for (var i = 0; i < series.Count; i++)
            {
                series[i].Add(reader, i);
            }
        }

        series.ForEach(s => s.Close());
        return new(series, rows);
    }

    public CorrelationMatrix? Pearson(CancellationToken cancellationToken) => Matrix(_series.FindAll(s => s.IsNumeric), Pearson, cancellationToken);

    public CorrelationMatrix? Spearman(CancellationToken cancellationToken) => Matrix(_series.FindAll(s => s.IsNumeric), Spearman, cancellationToken);

    /// <param name="pearson">As <see cref="Pearson(CancellationToken)"/> gave it.</param>
    public CorrelationMatrix? All(CorrelationMatrix? pearson, CancellationToken cancellationToken)
    {
        var place = (pearson?.Columns ?? []).Select((name, at) => (name, at)).ToDictionary(c => c.name, c => c.at);
        return Matrix(
            _series,
            (a, b) => (a.IsNumeric, b.IsNumeric) switch { (true, true) => pearson!.Values[place[a.Name]][place[b.Name]], (false, false) => CramersV(a, b), (true, false) => CorrelationRatio(b, a), _ => CorrelationRatio(a, b) },
            cancellationToken);
    }

    private static bool IsNumeric(ColumnProfile column) => column.Type is ColumnType.Integer or ColumnType.Number;

    private static CorrelationMatrix? Matrix(List<Series> series, Func<Series, Series, double?> figure, CancellationToken cancellationToken)
    {
        if (series.Count < 2)
        {
            return null;
        }

        var values = series.ConvertAll(_ => new double?[series.Count]);
        for (var i = 0; i < series.Count; i++)
        {
            values[i][i] = 1;
            for (var j = i + 1; j < series.Count; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                values[i][j] = values[j][i] = figure(series[i], series[j]) is { } value && double.IsFinite(value) ? Math.Clamp(value, -1, 1) : null;
            }
        }

        return new([.. series.Select(s => s.Name)], values);
    }

    private static double? Pearson(Series a, Series b) =>
        a.HasMissing || b.HasMissing ? Pearson(a.Values, b.Values) : Product(a.Standard, b.Standard);

    /// <summary>Values less their mean over the root of the sum of their squares, once per column: what is left per pair is one product.</summary>
    private static double[]? Standardise(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = values.Sum() / values.Length;
        var root = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)));
        return root > 0 ? Array.ConvertAll(values, v => (v - mean) / root) : null;
    }

    private static double? Product(double[]? a, double[]? b)
    {
        if (a is null || b is null)
        {
            return null;
        }

        var sums = Vector<double>.Zero;
        var left = MemoryMarshal.Cast<double, Vector<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector<double>>(b);
        for (var i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        var sum = Vector.Sum(sums);
        for (var i = left.Length * Vector<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Two passes over the rows where both have a value: sums of products alone cancel out.</summary>
    private static double? Pearson(double[] a, double[] b)
    {
        double sumA = 0, sumB = 0;
        var n = 0;
        for (var i = 0; i < a.Length; i++)
        {
            // A missing value is NaN, and so is what is added to it.
            if (!double.IsNaN(a[i] + b[i]))
            {
                (sumA, sumB, n) = (sumA + a[i], sumB + b[i], n + 1);
            }
        }

        if (n < 2)
        {
            return null;
        }

        var (meanA, meanB) = (sumA / n, sumB / n);
        double squareA = 0, squareB = 0, product = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if (!double.IsNaN(a[i] + b[i]))
            {
                var (x, y) = (a[i] - meanA, b[i] - meanB);
                (squareA, squareB, product) = (squareA + (x * x), squareB + (y * y), product + (x * y));
            }
        }

        return squareA > 0 && squareB > 0 ? product / Math.Sqrt(squareA) / Math.Sqrt(squareB) : null;
    }

    /// <summary>Pearson's correlation of the ranks among the rows where both have a value, ties in the middle.</summary>
    private static double? Spearman(Series a, Series b) =>
        a.HasMissing || b.HasMissing ? Pearson(a.RanksWhere(b), b.RanksWhere(a)) : Product(a.StandardRanks, b.StandardRanks);

    /// <summary>Cramér's V without correction: √(χ² / n / (min(rows, columns) − 1)).</summary>
    private static double? CramersV(Series a, Series b)
    {
        var counts = new long[a.Classes, b.Classes];
        var (sumA, sumB) = (new long[a.Classes], new long[b.Classes]);
        var n = 0L;
        for (var i = 0; i < a.Values.Length; i++)
        {
            if (!double.IsNaN(a.Values[i] + b.Values[i]))
            {
                var (x, y) = ((int)a.Values[i], (int)b.Values[i]);
                counts[x, y]++;
                sumA[x]++;
                sumB[y]++;
                n++;
            }
        }

        var least = Math.Min(sumA.Count(s => s > 0), sumB.Count(s => s > 0));
        if (least < 2)
        {
            return null;
        }

        var square = 0.0;
        for (var x = 0; x < a.Classes; x++)
        {
            for (var y = 0; y < b.Classes; y++)
            {
                if ((double)sumA[x] * sumB[y] / n is > 0 and var expected)
                {
                    square += (counts[x, y] - expected) * (counts[x, y] - expected) / expected;
                }
            }
        }

        return Math.Sqrt(square / n / (least - 1));
    }

    /// <summary>η: the root of the share of the variance that lies between the classes.</summary>
    private static double? CorrelationRatio(Series classes, Series numbers)
    {
        var (sums, counts) = (new double[classes.Classes], new long[classes.Classes]);
        double sum = 0;
        long n = 0;
        for (var i = 0; i < numbers.Values.Length; i++)
        {
            if (!double.IsNaN(numbers.Values[i] + classes.Values[i]))
            {
                sums[(int)classes.Values[i]] += numbers.Values[i];
                counts[(int)classes.Values[i]]++;
                sum += numbers.Values[i];
                n++;
            }
        }

        if (n < 2)
        {
            return null;
        }

        var mean = sum / n;
        double between = 0, all = 0;
        for (var c = 0; c < sums.Length; c++)
        {
            between += counts[c] == 0 ? 0 : counts[c] * ((sums[c] / counts[c]) - mean) * ((sums[c] / counts[c]) - mean);
        }

        for (var i = 0; i < numbers.Values.Length; i++)
        {
            if (!double.IsNaN(numbers.Values[i] + classes.Values[i]))
            {
                all += (numbers.Values[i] - mean) * (numbers.Values[i] - mean);
            }
        }

        return all > 0 ? Math.Sqrt(between / all) : null;
    }

    private sealed class Series(string name, ColumnType type)
    {
        private readonly List<double> _read = [];
        private readonly Dictionary<string, int> _codes = [];
        private double[]? _standard;
        private double[]? _standardRanks;
        private int[]? _order;
        private bool _isConstant;

        public string Name => name;

        public bool IsNumeric => type is ColumnType.Integer or ColumnType.Number;

        /// <summary>Numbers, or codes of classes; NaN is missing.</summary>
        public double[] Values { get; private set; } = [];

        public bool HasMissing { get; private set; }

        public int Classes => _codes.Count;

        /// <summary>Of a column without a missing value; <c>null</c> when all are the same.</summary>
        public double[]? Standard => _isConstant ? null : _standard ??= Standardise(Values);

        public double[]? StandardRanks => _isConstant ? null : _standardRanks ??= Standardise(RanksWhere(null));

        public void Add(DuckDBDataReader row, int at) => _read.Add(
            row.IsDBNull(at) ? double.NaN
            : IsNumeric ? row.GetDouble(at)
            : CodeOf(type == ColumnType.Boolean ? (row.GetBoolean(at) ? "true" : "false") : row.GetString(at)));

        public void Close()
        {
            Values = [.. _read];
            HasMissing = Array.Exists(Values, double.IsNaN);
            _isConstant = !Values.AsSpan().ContainsAnyExcept(Values.Length == 0 ? 0 : Values[0]);
            _read.Clear();
        }

        /// <summary>Walks along the order that is sorted once, over the rows where the other has a value, too.</summary>
        public double[] RanksWhere(Series? other)
        {
            _order ??= Sorted();
            var ranks = new double[Values.Length];
            Array.Fill(ranks, double.NaN);
            var rank = 0;
            for (var i = 0; i < _order.Length;)
            {
                var (start, ties) = (i, 0);
                for (; i < _order.Length && Values[_order[i]] == Values[_order[start]]; i++)
                {
                    ties += other is null || !double.IsNaN(other.Values[_order[i]]) ? 1 : 0;
                }

                for (var k = start; k < i; k++)
                {
                    if (other is null || !double.IsNaN(other.Values[_order[k]]))
                    {
                        ranks[_order[k]] = rank + ((ties + 1) / 2.0);
                    }
                }

                rank += ties;
            }

            return ranks;
        }

        private int[] Sorted()
        {
            var order = Enumerable.Range(0, Values.Length).Where(i => !double.IsNaN(Values[i])).ToArray();
            Array.Sort(Array.ConvertAll(order, i => Values[i]), order);
            return order;
        }

        private int CodeOf(string value)
        {
            if (!_codes.TryGetValue(value, out var code))
            {
                _codes[value] = code = _codes.Count;
            }

            return code;
        }
    }
}
