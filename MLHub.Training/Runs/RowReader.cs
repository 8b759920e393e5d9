using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Training.Preparation;

namespace MLHub.Training.Runs;

/// <summary>Reads a stored Parquet file column by column, leaving out rows whose target is missing.</summary>
internal sealed class RowReader : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly bool _isOwn;
    private readonly string _from;
    private readonly List<string> _warnings = [];

    /// <param name="target">Rows without it are left out; <c>null</c> takes all.</param>
    public RowReader(string path, ColumnSchema? target, string scratchFolder, int threads, long memoryBytes)
    {
        (_connection, _isOwn) = (new("Data Source=:memory:"), true);
        _connection.Open();
        Run($"SET threads = {threads}");
        // The rest of the memory is for the rows that were read.
        Run($"SET memory_limit = '{Math.Max(128, memoryBytes / 4 / 1_000_000)}MB'");
        Run($"SET temp_directory = {Literal(scratchFolder)}");
        var table = $"read_parquet({Literal(path)})";
        TotalRows = Convert.ToInt64(Scalar($"SELECT count(*) FROM {table}"), CultureInfo.InvariantCulture);
        var isUsable = target switch
        {
            null => "true",
            { Type: ColumnType.Number } => $"isfinite({Name(target.Name)})",
            _ => $"{Name(target.Name)} IS NOT NULL",
        };
        _from = $"FROM {table} WHERE {isUsable}";
        var usable = Convert.ToInt64(Scalar($"SELECT count(*) {_from}"), CultureInfo.InvariantCulture);
        if (usable > Array.MaxLength / 8)
        {
            throw HubException.Impossible($"{usable} rows are too many for one training. Use a sample.", "TOO_LARGE_FOR_MEMORY");
        }

        Rows = (int)usable;
    }

    /// <summary>All rows of a table in an engine of somebody else's, by their ids.</summary>
    public RowReader(DuckDBConnection engine, string table)
    {
        _connection = engine;
        TotalRows = Convert.ToInt64(Scalar($"SELECT count(*) FROM {Name(table)}"), CultureInfo.InvariantCulture);
        Rows = (int)TotalRows;
        _from = $"FROM {Name(table)} ORDER BY {Name(ColumnSchema.RowId)}";
    }

    public long TotalRows { get; }

    /// <summary>Rows with a target.</summary>
    public int Rows { get; }

    public IReadOnlyList<string> Warnings => _warnings;

    public long[] RowIds()
    {
        var ids = new long[Rows];
        Read(Name(ColumnSchema.RowId), (reader, row) => ids[row] = reader.GetInt64(0));
        return ids;
    }

    public double[] Numbers(ColumnSchema column)
    {
        var values = new double[Rows];
        Read(column.Type switch
        {
            ColumnType.Boolean => $"{Name(column.Name)}::INTEGER::DOUBLE",
            ColumnType.Date or ColumnType.Datetime => $"epoch({Name(column.Name)}::TIMESTAMP)::DOUBLE",
            ColumnType.Time => $"epoch({Name(column.Name)})::DOUBLE",
            _ => $"{Name(column.Name)}::DOUBLE",
        }, (reader, row) => values[row] = reader.IsDBNull(0) ? double.NaN : reader.GetDouble(0));
        return values;
    }

    public (int[] Codes, List<string> Levels) Texts(ColumnSchema column)
    {
        var codes = new int[Rows];
        var levels = new List<string>();
        var known = new Dictionary<string, int>();
        Read($"{Name(column.Name)}::VARCHAR", (reader, row) =>
        {
            if (reader.IsDBNull(0))
            {
                codes[row] = TextColumn.Missing;
                return;
            }

            var text = reader.GetString(0);
            if (!known.TryGetValue(text, out codes[row]))
            {
                codes[row] = known[text] = levels.Count;
                levels.Add(text);
            }
        });
        return (codes, levels);
    }

    public RawColumn Column(ColumnSchema column)
    {
        if (column.Type == ColumnType.Text)
        {
            var (codes, levels) = Texts(column);
            return new TextColumn(column, codes, levels);
        }

        var numbers = Numbers(column);
        if (column.Type is ColumnType.Date or ColumnType.Datetime)
        {
            return new MomentColumn(column, Array.ConvertAll(numbers, n => double.IsFinite(n) ? n : double.NaN));
        }

        var infinite = 0;
        var values = new float[numbers.Length];
        for (var r = 0; r < values.Length; r++)
        {
            // Beyond a float's range counts as infinite, too.
            infinite += double.IsInfinity(numbers[r]) || (double.IsFinite(numbers[r]) && !float.IsFinite((float)numbers[r])) ? 1 : 0;
            values[r] = float.IsFinite((float)numbers[r]) ? (float)numbers[r] : float.NaN;
        }

        if (infinite > 0)
        {
            _warnings.Add($"'{column.Name}' holds {infinite} infinite values; they count as missing.");
        }

        return new NumberColumn(column, values);
    }

    public void Dispose()
    {
        if (_isOwn)
        {
            _connection.Dispose();
        }
    }

    internal static string Literal(string text) => $"'{text.Replace("'", "''")}'";

    internal static string Name(string column) => $"\"{column.Replace("\"", "\"\"")}\"";

    private void Read(string expression, Action<DuckDBDataReader, int> take)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT {expression} {_from}";
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        var row = 0;
        while (reader.Read())
        {
            take(reader, row++);
        }
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Run(string sql) => Scalar(sql);
}
