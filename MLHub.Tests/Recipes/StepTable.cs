using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes;
using MLHub.Tests.Support;

namespace MLHub.Tests.Recipes;

/// <summary>A table in an engine of its own, as steps get it: with row ids, in our types.</summary>
internal sealed class StepTable : IDisposable
{
    public const string Name = "source";

    private StepTable(IReadOnlyList<ColumnSchema> columns)
    {
        Columns = columns;
        Connection.Run($"CREATE TABLE {Name} ({Sql.Name(ColumnSchema.RowId)} BIGINT{string.Concat(columns.Select(c => $", {Sql.Name(c.Name)} {Sql.Type(c.Type)}"))})");
    }

    public DuckDBConnection Connection { get; } = Sql.Open(null, Path.GetTempPath(), 2, 512L * 1024 * 1024);

    public IReadOnlyList<ColumnSchema> Columns { get; }

    /// <param name="columns"><c>age:number class:text</c>.</param>
    /// <param name="rows">Cells as they stand in SQL: <c>1, 'a', NULL</c>.</param>
    public static StepTable Of(string columns, params string[] rows) => Of([.. columns.Split(' ').Select(c => c.Split(':')).Select(c => new ColumnSchema(c[0], Enum.Parse<ColumnType>(c[1], ignoreCase: true)))], rows);

    public static StepTable Of(IReadOnlyList<ColumnSchema> columns, params string[] rows)
    {
        var table = new StepTable(columns);
        for (var i = 0; i < rows.Length; i++)
        {
            table.Connection.Run($"INSERT INTO {Name} VALUES ({i}, {rows[i]})");
        }

        return table;
    }

    /// <summary>A real dataset of <c>MLHub.Tests/Data</c>. Of JSON, members with numbers alone are numbers, all others texts.</summary>
    public static StepTable Load(string file) => file.EndsWith(".json", StringComparison.Ordinal) ? LoadJson(TestData.Path(file)) : LoadCsv(TestData.Path(file));

    /// <summary>The table after the steps: columns, and rows in order.</summary>
    public (IReadOnlyList<ColumnSchema> Columns, List<object?[]> Rows) Run(params IReadOnlyList<RecipeStep> steps)
    {
        var chain = new RecipeChain(Connection, Name, Columns, null, $"t{Guid.NewGuid():N}_", forgets: true, CancellationToken.None);
        var progress = new RecipeProgress(chain, measures: false);
        foreach (var step in steps)
        {
            progress.Take(step);
        }

        return (chain.Columns, chain.Rows(chain.Statement($"SELECT {string.Join(", ", chain.Columns.Select(c => Sql.Name(c.Name)))} FROM {chain.Current} ORDER BY {Sql.Name(ColumnSchema.RowId)}")));
    }

    /// <summary>The cells of one column after the steps.</summary>
    public IReadOnlyList<object?> Cells(string column, params IReadOnlyList<RecipeStep> steps)
    {
        var (columns, rows) = Run(steps);
        var index = columns.ToList().FindIndex(c => c.Name == column);
        return [.. rows.Select(r => r[index])];
    }

    public void Dispose() => Connection.Dispose();

    private static StepTable LoadCsv(string path)
    {
        var header = File.ReadLines(path).First().Split(',').Select(n => n.Trim('"')).ToList();
        using var sniffer = Sql.Open(null, Path.GetTempPath(), 1, 256L * 1024 * 1024);
        using var command = sniffer.CreateCommand();
        command.CommandText = $"SELECT column_type FROM (DESCRIBE SELECT * FROM read_csv({Sql.Text(path)}, header=true, nullstr=['NA', ''], sample_size=-1))";
        using var reader = command.ExecuteReader();
        List<ColumnSchema> columns = [];
        while (reader.Read())
        {
            columns.Add(new(header[columns.Count], reader.GetString(0) switch { "BIGINT" => ColumnType.Integer, "DOUBLE" => ColumnType.Number, _ => ColumnType.Text }));
        }

        var table = new StepTable(columns);
        table.Connection.Run($"INSERT INTO {Name} SELECT row_number() OVER () - 1, * FROM read_csv({Sql.Text(path)}, header=true, nullstr=['NA', ''], sample_size=-1)");
        return table;
    }

    private static StepTable LoadJson(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var rows = document.RootElement.EnumerateArray().ToList();
        var names = rows[0].EnumerateObject().Select(m => m.Name).ToList();
        var columns = names.ConvertAll(n => new ColumnSchema(n, TypeOf([.. rows.Select(r => r.GetProperty(n)).Where(v => v.ValueKind != JsonValueKind.Null)])));
        var table = new StepTable(columns);
        using var appender = table.Connection.CreateAppender(Name);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = appender.CreateRow().AppendValue((long?)i);
            foreach (var column in columns)
            {
                var value = rows[i].GetProperty(column.Name);
                _ = value.ValueKind == JsonValueKind.Null ? row.AppendNullValue()
                    : column.Type == ColumnType.Integer ? row.AppendValue((long?)value.GetInt64())
                    : column.Type == ColumnType.Number ? row.AppendValue((double?)value.GetDouble())
                    : row.AppendValue(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
            }

            row.EndRow();
        }

        return table;
    }

    private static ColumnType TypeOf(IReadOnlyList<JsonElement> values) =>
        values.Any(v => v.ValueKind != JsonValueKind.Number) ? ColumnType.Text : values.All(v => v.TryGetInt64(out _)) ? ColumnType.Integer : ColumnType.Number;
}
