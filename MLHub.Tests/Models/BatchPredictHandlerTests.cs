using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Tests.Support;
using MLHub.Tests.Training;
using MLHub.Training;

namespace MLHub.Tests.Models;

public sealed class BatchPredictHandlerTests : IDisposable
{
    private static readonly TrainingConfiguration Diabetes = new()
    {
        Task = TrainingTask.Binary,
        Target = "diabetes",
        PositiveClass = "pos",
        Algorithm = "lightgbm",
        Features = ["glucose", "mass", "age"],
    };

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task Every_row_gets_the_answer_that_the_model_gives_it_alone()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv", "SELECT *, 7 AS Prediction FROM data");
        var run = await bench.TrainAsync(Diabetes);
        using var model = run.Load();

        var result = await PredictAsync(model.Signature.Output, bench.Columns, run.ModelPath, bench.Parquet);

        var alone = model.Predict(await RowsAsync(bench.Parquet)).Rows;
        Assert.Equal(768, result.RowCount);
        // A name that is taken, in any case of letters, gets a number.
        Assert.Equal(["prediction_2", "score", "probability_neg", "probability_pos"], result.Columns.Skip(bench.Columns.Count).Select(c => c.Name));
        Assert.Equal(alone.Select(a => a.Prediction.GetString()), await ColumnAsync<string>("prediction_2"));
        Assert.All(alone.Select(a => a.Probabilities!["pos"]).Zip(await ColumnAsync<double>("probability_pos")), p => Assert.Equal(p.First, p.Second, 1e-9));
        Assert.Equal(await TrainingBench.QueryAsync<double>($"SELECT coalesce(insulin, -1)::DOUBLE FROM read_parquet('{bench.Parquet}') ORDER BY __row_id"), await ColumnAsync<double>("coalesce(insulin, -1)::DOUBLE"));
    }

    [Fact]
    public async Task Three_hundred_thousand_rows_are_answered_in_their_order_with_little_memory()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        var run = await bench.TrainAsync(Diabetes);
        using var model = run.Load();
        using var many = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv", "SELECT data.* FROM data, range(400)");

        var result = await PredictAsync(model.Signature.Output, many.Columns, run.ModelPath, many.Parquet, memoryBytes: 400L << 20);

        Assert.Equal(307_200, result.RowCount);
        var found = await TrainingBench.QueryAsync<bool>($"SELECT bool_and(__row_id = file_row_number) FROM read_parquet('{_folder.File("out")}/{VersionOwner.Rows}', file_row_number = true)");
        Assert.True(found[0]);
        // Equal rows have equal answers.
        var answers = await TrainingBench.QueryAsync<long>($"SELECT count(DISTINCT (glucose, mass, age)) - count(DISTINCT (glucose, mass, age, score)) FROM read_parquet('{_folder.File("out")}/{VersionOwner.Rows}')");
        Assert.Equal(0, answers[0]);
    }

    [Fact]
    public async Task A_table_that_does_not_fit_is_refused_with_each_column_that_is_to_blame()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        var run = await bench.TrainAsync(Diabetes with { Features = ["pregnant", "glucose", "age"] });
        using var model = run.Load();

        // Glucose was missing in some training rows and may be left out; the number of pregnancies never was.
        var refused = Assert.Throws<HubException>(() => BatchColumns.Require(model.Signature, [new("age", ColumnType.Text)]));

        Assert.Equal("COLUMNS_DIFFER", refused.Code);
        Assert.Equal(["columns.age", "columns.pregnant"], refused.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<BatchResult> PredictAsync(ModelOutput output, IReadOnlyList<ColumnSchema> columns, string model, string rows, long memoryBytes = 2L << 30)
    {
        var task = new JobTask(
            BatchSpec.JobKind,
            JsonSerializer.SerializeToElement(new BatchSpec(columns, output), HubJson.Options),
            new Dictionary<string, string> { [BatchSpec.ModelInput] = model, [BatchSpec.RowsInput] = rows },
            Directory.CreateDirectory(_folder.File("out")).FullName,
            Directory.CreateDirectory(_folder.File("scratch")).FullName,
            Threads: 2,
            memoryBytes);
        await using var services = new ServiceCollection().AddTraining().BuildServiceProvider();
        using var reporter = new CollectingReporter();
        var handler = services.GetServices<IJobHandler>().Single(h => h.Kind == BatchSpec.JobKind);
        return (await handler.RunAsync(task, reporter, CancellationToken.None)).Deserialize<BatchResult>(HubJson.Options)!;
    }

    private Task<IReadOnlyList<T>> ColumnAsync<T>(string column) =>
        TrainingBench.QueryAsync<T>($"SELECT {column} FROM read_parquet('{_folder.File("out")}/{VersionOwner.Rows}') ORDER BY __row_id");

    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> RowsAsync(string parquet)
    {
        var rows = await TrainingBench.QueryAsync<string>($"SELECT to_json({{glucose: glucose, mass: mass, age: age}})::VARCHAR FROM read_parquet('{parquet}') ORDER BY __row_id");
        return [.. rows.Select(r => HubJson.Read<Dictionary<string, JsonElement>>(r))];
    }
}
