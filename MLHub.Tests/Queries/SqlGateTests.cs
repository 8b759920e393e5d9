using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Queries;

namespace MLHub.Tests.Queries;

/// <summary>Ring 1: what it lets through, what it refuses, and in which words.</summary>
public sealed class SqlGateTests : IDisposable
{
    private readonly DuckDBConnection _idle = new("Data Source=:memory:");
    private readonly SqlGate _gate;

    public SqlGateTests()
    {
        _idle.Open();
        _gate = new(_idle);
    }

    public void Dispose() => _idle.Dispose();

    [Fact]
    public void Every_word_of_the_language_can_be_the_name_of_a_column()
    {
        using var command = _idle.CreateCommand();
        command.CommandText = "SELECT keyword_name FROM duckdb_keywords()";
        List<string> words = [];
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                words.Add(reader.GetString(0));
            }
        }

        var broken = words.Where(w => !IsFound(w)).ToList();

        Assert.True(words.Count > 400, $"{words.Count} words");
        Assert.Empty(broken);
        Assert.Equal(["age", "\"order\"", "\"1st\"", "\"a b\""], new[] { "age", "order", "1st", "a b" }.Select(SqlWords.Name));

        bool IsFound(string word)
        {
            command.CommandText = $"SELECT {SqlWords.Name(word)} FROM (SELECT 'it' AS {Sql.Name(word)}) t WHERE {SqlWords.Name(word)} = 'it' GROUP BY {SqlWords.Name(word)}";
            try
            {
                return command.ExecuteScalar() as string == "it";
            }
            catch (DuckDBException)
            {
                return false;
            }
        }
    }

    [Fact]
    public void Nothing_hostile_passes()
    {
        List<string> passed = [.. HostileSql.Refused.Select(s => s.Replace("CANARY", "/etc/passwd", StringComparison.Ordinal)).Where(Passes)];

        Assert.Empty(passed);
    }

    [Fact]
    public void Ordinary_queries_pass()
    {
        List<string> refused = [.. HostileSql.Ordinary.Where(s => !Passes(s)).Select(s => $"{s}: {Problem(s)}")];

        Assert.Empty(refused);
    }

    [Theory]
    [InlineData("SELECT *\nFROM read_text('/etc/passwd')", "SQL_REFUSED", "The table function read_text is not allowed (line 2, column 6): a query reads the tables of this dataset and nothing else.")]
    [InlineData("SELECT current_setting('x')", "SQL_REFUSED", "The function current_setting is not allowed (line 1, column 8).")]
    [InlineData("SELECT * FROM v7", "SQL_REFUSED", "There is no table v7 here (line 1, column 15). Tables: dataset, v1.")]
    [InlineData("DROP TABLE dataset", "SQL_REFUSED", "Only SELECT can be run here")]
    [InlineData("SELECT 1; SELECT 2", "SQL_REFUSED", "Only one statement can be run at a time.")]
    [InlineData("SELECT 1 FROM\nWHERE", "SQL_ERROR", "SQL syntax error at or near \"WHERE\" (line 2, column 1).")]
    [InlineData("PIVOT dataset ON name USING sum(n)", "SQL_REFUSED", "PIVOT must say which values become columns")]
    public void A_refusal_names_what_is_wrong_and_where(string sql, string code, string words)
    {
        var refused = Assert.Throws<HubException>(() => _gate.Check(sql, ["dataset", "v1"]));

        Assert.Equal(code, refused.Code);
        Assert.Contains(words, refused.Message);
    }

    [Fact]
    public void A_query_of_more_than_64_KB_is_refused() =>
        Assert.Contains("longer than 64 KB", Problem($"SELECT '{new string('ä', 40_000)}'"));

    [Theory]
    [InlineData("SELECT 1;", "SELECT 1")]
    [InlineData("SELECT ';' ;\n-- end", "SELECT ';' ")]
    [InlineData("SELECT $a$;$a$; /* ; */ ;", "SELECT $a$;$a$")]
    public void What_follows_the_statement_is_cut_off(string sql, string statement) => Assert.Equal(statement, _gate.Check(sql, ["dataset"]));

    private bool Passes(string sql) => Problem(sql) is null;

    private string? Problem(string sql)
    {
        try
        {
            _gate.Check(sql, ["dataset", "v1"]);
            return null;
        }
        catch (HubException refused)
        {
            return refused.Message;
        }
    }
}
