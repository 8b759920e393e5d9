using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Tests.Recipes;
using MLHub.Tests.Support;
using MLHub.Training;
using MLHub.Training.Preparation;
using MLHub.Training.Runs;

namespace MLHub.Tests.Training;

public sealed class RecipeTrainingTests : IDisposable
{
    /// <summary>Eight rows to learn from, with x = 1, 2, 3, 6 and four times nothing; four to be judged by, with x = 100, 100 and twice nothing.</summary>
    private const string Twelve =
        """
        SELECT * FROM (VALUES
            (1.0, 'a', 'train'), (2.0, 'b', 'train'), (3.0, 'a', 'train'), (6.0, 'b', 'train'), (NULL, 'a', 'train'), (NULL, 'b', 'train'), (NULL, 'a', 'train'), (NULL, 'b', 'train'),
            (100.0, 'a', 'test'), (100.0, 'b', 'test'), (NULL, 'a', 'test'), (NULL, 'b', 'test')) AS t(x, y, part)
        """;

    private static readonly TrainingConfiguration _config = new()
    {
        Task = TrainingTask.Binary,
        Target = "y",
        Algorithm = "lightgbm",
        Split = new() { Kind = SplitKind.Column, Column = "part" },
    };

    private readonly TestFolder _folder = new();

    [Fact]
    public void A_mean_is_learned_from_the_training_rows_alone()
    {
        using var bench = TrainingBench.FromSql(Twelve);

        var prepared = Fit(bench, Steps.Of("fill_missing", new { columns = new[] { "x" }, method = "mean" }));

        // (1 + 2 + 3 + 6) / 4 = 3; of all rows it would be (12 + 200) / 6 = 35.3.
        Assert.Equal([1, 2, 3, 6, 3, 3, 3, 3, 100, 100, 3, 3], ((NumberColumn)prepared.All["x"]).Values);
        Assert.Equal([1, 2, 3, 6, 3, 3, 3, 3], ((NumberColumn)prepared.Taught["x"]).Values);
    }

    [Fact]
    public void Steps_that_take_rows_away_take_training_rows_only()
    {
        using var bench = TrainingBench.FromSql(Twelve);

        var prepared = Fit(bench, Steps.Of("drop_missing", new { columns = new[] { "x" } }), Steps.Of("derive_column", new { name = "twice", expression = "x * 2" }));

        Assert.Equal([0, 1, 2, 3], prepared.Positions);
        Assert.Equal([2, 4, 6, 12], ((NumberColumn)prepared.Taught["twice"]).Values);
        Assert.Equal(12, prepared.All.Rows);
        Assert.Equal([200, 200], ((NumberColumn)prepared.All["twice"]).Values[8..10]);
        Assert.True(prepared.All["twice"].IsMissing(11));
    }

    [Fact]
    public async Task A_model_with_a_recipe_takes_raw_columns_and_answers_as_it_was_judged()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        var run = await bench.TrainAsync(new()
        {
            Task = TrainingTask.Binary,
            Target = "diabetes",
            PositiveClass = "pos",
            Algorithm = "lightgbm",
            Features = ["glucose", "mass", "age", "insulin"],
            Steps =
            [
                Steps.Of("fill_missing", new { columns = new[] { "glucose", "mass" }, method = "median" }),
                Steps.Of("derive_column", new { name = "sugar", expression = "glucose / mass" }),
                Steps.Of("drop_columns", new { columns = new[] { "glucose", "insulin" } }),
            ],
        });
        using var model = run.Load();

        var rows = await TrainingBench.QueryAsync<string>($"SELECT to_json({{glucose: glucose, mass: mass, age: age, insulin: insulin}})::VARCHAR FROM read_parquet('{bench.Parquet}') ORDER BY __row_id");
        var answers = model.Predict([.. rows.Select(r => HubJson.Read<Dictionary<string, JsonElement>>(r))]).Rows;

        Assert.Equal(["age", "glucose", "insulin", "mass"], model.Signature.Inputs.Select(i => i.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["age", "mass", "sugar"], model.Pipeline.Columns.Select(c => c.Schema.Name).Order(StringComparer.Ordinal));
        var judged = await TrainingBench.QueryAsync<double>($"SELECT score FROM read_parquet('{run.PredictionsPath}') ORDER BY __row_id");
        Assert.All(answers.Zip(judged), a => Assert.Equal(a.Second, a.First.Score!.Value, 1e-6));
        // Of raw columns: the one that only a made column uses counts, the one that was dropped does not.
        var importance = run.Report.FeatureImportance.ToDictionary(f => f.Feature, f => f.Mean);
        Assert.True(importance["glucose"] > 0.02, $"{importance["glucose"]}");
        Assert.Equal(0, importance["insulin"], 12);
        Assert.True(run.Result.Metrics["auc"] > 0.7);

        var task = new JobTask(
            BatchSpec.JobKind, JsonSerializer.SerializeToElement(new BatchSpec(bench.Columns, model.Signature.Output), HubJson.Options),
            new Dictionary<string, string> { [BatchSpec.ModelInput] = run.ModelPath, [BatchSpec.RowsInput] = bench.Parquet },
            Directory.CreateDirectory(_folder.File("out")).FullName, Directory.CreateDirectory(_folder.File("scratch")).FullName, 2, 1L << 30);
        await using var services = new ServiceCollection().AddTraining().BuildServiceProvider();
        using var reporter = new CollectingReporter();
        await services.GetServices<IJobHandler>().Single(h => h.Kind == BatchSpec.JobKind).RunAsync(task, reporter, CancellationToken.None);
        var batch = await TrainingBench.QueryAsync<double>($"SELECT score FROM read_parquet('{task.OutputPath(VersionOwner.Rows)}') ORDER BY __row_id");
        Assert.All(answers.Zip(batch), a => Assert.Equal(a.Second, a.First.Score!.Value, 1e-9));
    }

    [Fact]
    public async Task Each_fold_learns_its_recipe_anew()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        var run = await bench.TrainAsync(new()
        {
            Task = TrainingTask.Binary,
            Target = "diabetes",
            Algorithm = "lbfgs-logistic",
            Features = ["glucose", "mass"],
            Split = new() { Kind = SplitKind.KFold, Folds = 3 },
            Steps = [Steps.Of("fill_missing", new { columns = new[] { "glucose", "mass" }, method = "mean" }), Steps.Of("standardise", new { columns = new[] { "glucose", "mass" } })],
        });

        Assert.InRange(run.Result.Metrics["cv_auc"], 0.7, 0.9);
        Assert.Equal(3, run.Report.Folds!["auc"].Values.Count);
    }

    [Theory]
    [InlineData("fill_missing", "NOT_IN_MODEL")]
    [InlineData("drop_columns", "UNKNOWN_COLUMN")]
    public async Task A_recipe_that_cannot_travel_or_names_the_target_is_refused(string step, string code)
    {
        using var bench = TrainingBench.FromSql(Twelve);
        var steps = step == "fill_missing" ? Steps.Of(step, new { columns = new[] { "x" }, method = "forward" }) : Steps.Of(step, new { columns = new[] { "y" } });

        var refused = await Assert.ThrowsAsync<HubException>(() => bench.TrainAsync(_config with { Steps = [steps] }));

        Assert.Equal(code, refused.Code);
    }

    public void Dispose() => _folder.Dispose();

    private RecipeRows Fit(TrainingBench bench, params RecipeStep[] steps)
    {
        var configuration = _config with { Steps = steps };
        var rows = bench.Read(configuration);
        using var fitter = RecipeFitter.Of(new(configuration, bench.Columns), rows, bench.Parquet, Directory.CreateDirectory(_folder.File("engine")).FullName, 1, 1_000_000_000)!;
        return fitter.Fit([0, 1, 2, 3, 4, 5, 6, 7], CancellationToken.None);
    }
}
