using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;

namespace MLHub.Tests.Recipes;

/// <summary>Recipes on all rows of a table of several row groups, as their job runs them.</summary>
public sealed class PrepareHandlerTests
{
    private const int Rows = 300_000;

    [Theory]
    [InlineData("fill_missing", """{"columns": ["x"], "method": "mean"}""", 300_000, 0, 299_999)]
    [InlineData("fill_missing", """{"columns": ["x"], "method": "forward", "by": ["g"]}""", 300_000, 0, 299_999)]
    [InlineData("filter_rows", """{"filter": "k >= 100000"}""", 200_000, 100_000, 299_999)]
    [InlineData("drop_duplicates", """{"columns": ["half"], "keep": "last"}""", 150_000, 1, 299_999)]
    [InlineData("sort", """{"columns": ["k"], "descending": ["k"]}""", 300_000, 299_999, 0)]
    [InlineData("sample_rows", """{"method": "first", "rows": 250000}""", 250_000, 0, 249_999)]
    public async Task Rows_are_numbered_without_gaps_in_their_order(string step, string parameters, int rows, long first, long last)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-prepare-");
        using var table = StepTable.Of("k:integer g:integer half:integer x:number");
        table.Connection.Run($"INSERT INTO source SELECT i, i, i % 7, i // 2, CASE WHEN i % 3 > 0 THEN i / 2.0 END FROM range({Rows}) r(i)");
        var source = Path.Combine(folder.FullName, "in.parquet");
        table.Connection.Run($"COPY source TO {Sql.Text(source)} (FORMAT parquet, ROW_GROUP_SIZE 50000)");
        var task = new JobTask(
            PrepareResult.JobKind, JsonSerializer.SerializeToElement(new PrepareSpec(table.Columns, [Steps.Of(step, parameters), Steps.Of("derive_column", new { name = "y", expression = "k + 1" })]), HubJson.Options),
            new Dictionary<string, string> { [PrepareResult.Source] = source }, folder.CreateSubdirectory("out").FullName, folder.CreateSubdirectory("scratch").FullName, 4, 2L << 30);

        var result = (await RecipesSetup.CreatePrepareHandler(null).RunAsync(task, new Silent(), CancellationToken.None)).Deserialize<PrepareResult>(HubJson.Options)!;

        using var command = table.Connection.CreateCommand();
        command.CommandText =
            $"SELECT count(*), bool_and(__row_id = file_row_number), min(k) FILTER (file_row_number = 0), min(k) FILTER (file_row_number = {rows - 1}), bool_and(y = k + 1), bool_and(abs(lagged - k) = 1) FROM (SELECT *, lag(k) OVER (ORDER BY file_row_number) AS lagged FROM read_parquet({Sql.Text(task.OutputPath(VersionOwner.Rows))}, file_row_number = true))";
        using var reader = command.ExecuteReader();
        reader.Read();
        Assert.Equal((rows, (long)rows, true), (result.RowCount, reader.GetInt64(0), reader.GetBoolean(1)));
        Assert.Equal((first, last, true), (reader.GetInt64(2), reader.GetInt64(3), reader.GetBoolean(4)));
        Assert.Equal(step != "drop_duplicates", reader.GetBoolean(5));
        folder.Delete(recursive: true);
    }

    private sealed class Silent : IJobReporter
    {
        public CancellationToken FinishRequested => CancellationToken.None;

        public void Progress(double progress, string stage, string? message = null) => Assert.InRange(progress, 0, 1);

        public void Log(JobLogLevel level, string text) => Assert.NotEmpty(text);

        public void Metric(string key, long step, double value)
        {
        }
    }
}
