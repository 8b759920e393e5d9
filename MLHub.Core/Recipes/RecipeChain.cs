using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>
/// The steps so far as one statement: a flat list of common table expressions over a table or a Parquet file, with every value a parameter.
/// Nothing is computed before somebody asks; nothing nests, however long the recipe is.
/// </summary>
internal sealed class RecipeChain
{
    // Binding takes a few milliseconds for each expression of the list, and each later query binds them all.
    private const int LongestList = 12;
    private const int BatchedExpressions = 200;

    private readonly DuckDBConnection _connection;
    private readonly CancellationToken _cancellationToken;
    private readonly List<string> _tables = [];
    private readonly Dictionary<string, object?> _values = [];
    private readonly string _prefix;
    private readonly bool _forgets;
    private int _names;
    private string? _kept;
    private bool _isKept;
    private bool _isOrdered = true;
    private bool _mayBeShuffled;

    /// <param name="source">What stands behind FROM: a table or <c>read_parquet(…)</c>, with the column of row ids.</param>
    /// <param name="where">Rows of the source that take part; <c>null</c> for all.</param>
    /// <param name="prefix">Begins the names of its tables; two chains of a connection have different ones.</param>
    /// <param name="forgets">Drops a table that it made as soon as the next one is there.</param>
    public RecipeChain(DuckDBConnection connection, string source, IReadOnlyList<ColumnSchema> columns, string? where, string prefix, bool forgets, CancellationToken cancellationToken)
    {
        _connection = connection;
        _cancellationToken = cancellationToken;
        _prefix = prefix;
        _forgets = forgets;
        Columns = columns;
        Current = Append($"SELECT {Sql.Name(Hidden.Id)}, {Sql.Name(Hidden.Id)} AS {Sql.Name(Hidden.Origin)}{List(columns.Select(c => Sql.Name(c.Name)))} FROM {source}{(where is null ? "" : $" WHERE {where}")}");
    }

    public IReadOnlyList<ColumnSchema> Columns { get; private set; }

    /// <summary>Never makes a table of its own: the same statement is asked again on other rows.</summary>
    public bool IsLasting { get; init; }

    /// <summary>The name behind FROM, inside of a query of this chain.</summary>
    public string Current { get; private set; }

    /// <summary>Whether row ids are 0, 1, 2 … without gaps, as those of the source are.</summary>
    public bool IsNumbered { get; private set; } = true;

    public StepSql NewSql() => new($"{_prefix}v{_names++}", _values);

    public void Add(StepSelect select)
    {
        var id = select.OrderBy is { } order ? $"row_number() OVER (ORDER BY {order}, {Sql.Name(Hidden.Id)}) - 1 AS {Sql.Name(Hidden.Id)}" : Sql.Name(Hidden.Id);
        Current = Append(
            $"SELECT {id}, {Sql.Name(Hidden.Origin)}{List(select.Columns.Select(c => $"{c.Sql} AS {Sql.Name(c.Name)}"))} FROM {Current}{Where(select)}");
        Columns = [.. select.Columns.Select(c => c.Schema)];
        IsNumbered &= select.Where is null && select.OrderBy is null;
        _isOrdered &= select.OrderBy is null;
        _mayBeShuffled |= select.IsCostly;
        if (!IsLasting && (select.IsCostly || _tables.Count > LongestList))
        {
            Keep();
        }
    }

    public string Where(StepSelect select) => select.Where is { } where ? $" WHERE {where.Replace(StepSelect.Source, Current, StringComparison.Ordinal)}" : "";

    /// <summary>Goes on with another table in place of all that was so far.</summary>
    public void Replace(string source, IReadOnlyList<ColumnSchema> columns)
    {
        var old = _kept;
        _tables.Clear();
        _kept = null;
        Columns = columns;
        (IsNumbered, _isOrdered) = (false, false);
        Current = Append($"SELECT {Sql.Name(Hidden.Id)}, CAST(NULL AS BIGINT) AS {Sql.Name(Hidden.Origin)}{List(columns.Select(c => Sql.Name(c.Name)))} FROM {source}");
        Drop(old);
    }

    /// <summary>Computes what the chain says into a table of its own and goes on from there.</summary>
    /// <returns>Its name; it has the rows in order, and the row ids that they had.</returns>
    public string Keep()
    {
        if (_isKept)
        {
            return _kept!;
        }

        var old = _kept;
        var table = $"{_prefix}kept{_names++}";
        Run($"CREATE TEMP TABLE {table} AS {With()}SELECT * FROM {Current}{(_isOrdered ? "" : $" ORDER BY {Sql.Name(Hidden.Id)}")}");
        if (_isOrdered && _mayBeShuffled && !IsInOrder(table))
        {
            // Joins and windows need not keep the order, but often do: looking costs far less than sorting all columns.
            Run($"CREATE TEMP TABLE {table}o AS SELECT * FROM {table} ORDER BY {Sql.Name(Hidden.Id)}");
            Run($"DROP TABLE {table}");
            table += "o";
        }

        _tables.Clear();
        _kept = table;
        // A table's own row numbers are 0, 1, 2 … in its order: ids without gaps again.
        Current = Append($"SELECT rowid AS {Sql.Name(Hidden.Id)}, {Sql.Name(Hidden.Origin)}{List(Columns.Select(c => Sql.Name(c.Name)))} FROM {table}");
        (IsNumbered, _isOrdered, _mayBeShuffled, _isKept) = (true, true, false, true);
        Drop(old);
        return table;
    }

    private bool IsInOrder(string table)
    {
        var id = Sql.Name(Hidden.Id);
        return Rows($"SELECT coalesce(bool_and(before IS NULL OR before < {id}), true) FROM (SELECT {id}, lag({id}) OVER (ORDER BY rowid) AS before FROM {table})")[0][0] is true;
    }

    /// <summary>Drops what it made; nothing can be asked afterwards.</summary>
    public void End() => Drop(_kept);

    /// <summary>The statement, with the list before it.</summary>
    public string Statement(string select) => With() + select;

    public void Run(string sql)
    {
        using var command = Command(sql);
        using var stop = _cancellationToken.Register(command.Cancel);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DuckDBException) when (_cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
    }

    /// <summary>One row of figures over the current rows; long lists are asked for in parts.</summary>
    public object?[] Figures(IReadOnlyList<string> expressions, string? from = null)
    {
        var values = new List<object?>(expressions.Count);
        foreach (var part in expressions.Chunk(BatchedExpressions))
        {
            values.AddRange(Rows(Statement($"SELECT {string.Join(", ", part)} FROM {from ?? Current}")).Single());
        }

        return [.. values];
    }

    public List<object?[]> Rows(string sql, int atMost = int.MaxValue)
    {
        using var command = Command(sql);
        using var stop = _cancellationToken.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            List<object?[]> rows = [];
            while (rows.Count < atMost && reader.Read())
            {
                var row = new object?[reader.FieldCount];
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
                }

                rows.Add(row);
            }

            return rows;
        }
        catch (DuckDBException) when (_cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
    }

    private static string List(IEnumerable<string> columns) => string.Concat(columns.Select(c => ", " + c));

    private DuckDBCommand Command(string sql)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in _values)
        {
            // A statement may leave some of the chain's values unnamed; each that it names is here.
            if (sql.Contains("$" + name, StringComparison.Ordinal))
            {
                command.Parameters.Add(new DuckDBParameter(name, value));
            }
        }

        return command;
    }

    private string Append(string select)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{_prefix}s{_names++}");
        _tables.Add($"{name} AS NOT MATERIALIZED ({select})");
        _isKept = false;
        return name;
    }

    private string With()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _tables.Count; i++)
        {
            text.Append(i == 0 ? "WITH " : ", ").Append(_tables[i]);
        }

        return text.Append(' ').ToString();
    }

    private void Drop(string? table)
    {
        if (table is not null && _forgets)
        {
            Run($"DROP TABLE {table}");
        }
    }
}
