using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Queries;
using MLHub.Tests.Support;

namespace MLHub.Tests.Queries;

/// <summary>Ring 2 alone: the gate is not there, and statements run as they are.</summary>
public sealed class LockedEngineTests : IDisposable
{
    private const string Secret = "canary-7c1e";

    private readonly TestFolder _folder = new();
    private readonly string _canary;

    public LockedEngineTests()
    {
        _canary = _folder.File("canary.csv");
        File.WriteAllText(_canary, $"a,b\n{Secret},2\n");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_the_gate_nothing_hostile_reads_or_writes_a_file(bool copyTables)
    {
        var table = QueryTestData.Table(_folder, "dataset");
        var scratch = Directory.CreateDirectory(_folder.File("scratch")).FullName;
        var before = Files(scratch);
        List<string> leaks = [];

        foreach (var sql in HostileSql.Refused.Where(s => !s.Contains("sleep", StringComparison.Ordinal)).Select(s => s.Replace("CANARY", _canary, StringComparison.Ordinal)))
        {
            // One engine for each: what one changes must not stop the next.
            using var engine = LockedEngine.Open([table], new(10, 256, 1, 1000, 64), scratch, toDatabase: false, copyTables);
            if (Run(engine.Connection, sql).Contains(Secret, StringComparison.Ordinal))
            {
                leaks.Add(sql);
            }
        }

        Assert.Empty(leaks);
        Assert.Equal(before, Files(scratch));
        Assert.Contains(Secret, File.ReadAllText(_canary));
    }

    [Fact]
    public void A_query_that_ends_its_bracket_early_gains_nothing()
    {
        var table = QueryTestData.Table(_folder, "dataset");
        using var engine = LockedEngine.Open([table], new(10, 256, 1, 1000, 64), _folder.File("scratch"), toDatabase: false, copyTables: true);

        _ = Record.Exception(() => engine.Read($"SELECT 1) t; COPY (SELECT 1) TO '{_folder.File("out.csv")}'; SELECT * FROM (SELECT 1", 10, 1000, CancellationToken.None));
        _ = Run(engine.Connection, $"SELECT 1; COPY (SELECT 1) TO '{_folder.File("out.csv")}'; SELECT 2");

        Assert.False(File.Exists(_folder.File("out.csv")));
    }

    [Fact]
    public void All_types_become_the_seven_that_tables_have()
    {
        using var engine = LockedEngine.Open([], new(10, 256, 1, 1000, 64), _folder.File("scratch"), toDatabase: false, copyTables: true);

        var rows = engine.Read(
            """
            SELECT 1::TINYINT AS a, 18446744073709551615::UBIGINT AS b, 1.25::DECIMAL(9, 2) AS c, 'x' AS d, true AS e, DATE '2024-02-29' AS f, TIMESTAMPTZ '2024-02-29 12:00:00+02' AS g,
                   TIME '10:20:30' AS h, 'infinity'::DATE AS i, [1, 2] AS a, NULL AS k, 'a9' || chr(8238) AS "l
            m"
            """,
            10, 100_000, CancellationToken.None);

        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i", "a_1", "k", "l m"], rows.Columns.Select(c => c.Name));
        Assert.Equal(
            [ColumnType.Integer, ColumnType.Text, ColumnType.Number, ColumnType.Text, ColumnType.Boolean, ColumnType.Date, ColumnType.Datetime, ColumnType.Time, ColumnType.Date, ColumnType.Text, ColumnType.Integer, ColumnType.Text],
            rows.Columns.Select(c => c.Type));
        Assert.Equal(
            [1L, "18446744073709551615", 1.25, "x", true, new DateOnly(2024, 2, 29), new DateTime(2024, 2, 29, 10, 0, 0), new TimeOnly(10, 20, 30), null, "[1, 2]", null, "a9\u202e"],
            Assert.Single(rows.Rows));
    }

    private static string Run(DuckDBConnection connection, string sql)
    {
        var seen = "";
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            do
            {
                for (var row = 0; row < 200 && reader.Read(); row++)
                {
                    for (var i = 0; i < reader.FieldCount; i++)
                    {
                        seen += reader.IsDBNull(i) ? "" : $"{reader.GetValue(i)} ";
                    }
                }
            }
            while (reader.NextResult());
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            return seen;
        }

        return seen;
    }

    private string[] Files(string scratch) =>
        [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(scratch, StringComparison.Ordinal)).Order(), .. Directory.EnumerateFiles("/tmp", "out.csv")];
}
