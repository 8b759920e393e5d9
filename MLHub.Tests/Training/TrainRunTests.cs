using System.Diagnostics;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Tests.Training;

public sealed class TrainRunTests
{
    [Fact]
    public async Task A_run_reports_losses_progress_and_everything_that_the_contract_names()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        using var reporter = new CollectingReporter();

        var run = await bench.TrainAsync(Pima("lightgbm"), reporter);

        Assert.Contains(reporter.Metrics, m => m is { Key: "train_log_loss", Step: 1 });
        Assert.Contains(reporter.Metrics, m => m is { Key: "val_log_loss", Step: 1 });
        Assert.Equal(reporter.Steps.Select(s => s.Progress).Order(), reporter.Steps.Select(s => s.Progress));
        Assert.Contains(reporter.Steps, s => s.Stage == "training" && s.Message == "iteration 1 / 500");
        foreach (var metric in new[] { "accuracy", "auc", "auprc", "f1", "precision", "recall", "log_loss" })
        {
            Assert.All(new[] { "", "train_", "val_" }, prefix => Assert.Contains(prefix + metric, run.Result.Metrics.Keys));
        }

        Assert.Equal("pos", run.Result.PositiveClass);
        Assert.Equal(["neg", "pos"], run.Result.Classes);
        Assert.Equal(768, run.Result.Rows["train"] + run.Result.Rows["validation"] + run.Result.Rows["test"]);
        Assert.Equal(154, run.Result.Rows["test"]);
        Assert.Equal("glucose", run.Report.FeatureImportance[0].Feature);
        Assert.Equal(8, run.Report.FeatureImportance.Count);
        Assert.Equal(0.5, run.Report.Baseline.Metrics["auc"]);
        Assert.Equal(154, run.Report.ConfusionMatrix!.Counts.Sum(r => r.Sum()));
    }

    [Fact]
    public async Task Predictions_of_all_rows_are_kept_with_their_part()
    {
        using var bench = TrainingBench.FromCsv("iris.csv");

        var run = await bench.TrainAsync(new() { Task = TrainingTask.Multiclass, Target = "Species", Algorithm = "lbfgs-logistic" });

        Assert.Equal(150, (await TrainingBench.QueryAsync<long>($"SELECT count(DISTINCT {ColumnSchema.RowId}) FROM '{run.PredictionsPath}'"))[0]);
        var accuracy = await TrainingBench.QueryAsync<double>($"SELECT avg((actual = predicted)::INT) FROM '{run.PredictionsPath}' WHERE part = 'test'");
        Assert.Equal(run.Result.Metrics["accuracy"], accuracy[0], 1e-12);
        Assert.Equal(1, (await TrainingBench.QueryAsync<double>($"SELECT min(probability_0 + probability_1 + probability_2) FROM '{run.PredictionsPath}'"))[0], 1e-9);
    }

    [Fact]
    public async Task Cancelling_stops_within_seconds_and_leaves_no_result()
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");
        using var cancel = new CancellationTokenSource();
        using var reporter = new CollectingReporter { OnMetric = (_, step) => { if (step == 3) { cancel.Cancel(); } } };
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.TrainAsync(Diamonds("lightgbm", 20_000), reporter, cancel.Token));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
        Assert.True(reporter.Metrics.Max(m => m.Step) <= 4);
    }

    [Theory]
    [InlineData("fast-forest")]
    [InlineData("fast-tree")]
    public async Task Cancelling_stops_trees_of_ML_NET(string algorithm)
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var configuration = Diamonds(algorithm, null) with { Parameters = new Dictionary<string, JsonElement> { ["trees"] = JsonSerializer.SerializeToElement(5000) } };
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.TrainAsync(configuration, null, cancel.Token));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Finishing_early_keeps_the_model_so_far()
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");
        using var reporter = new CollectingReporter { OnMetric = (self, step) => { if (step == 30) { self.Finish(); } } };

        var run = await bench.TrainAsync(Diamonds("lightgbm", 20_000), reporter);

        Assert.Equal(EarlyStop.FinishRequested, run.Result.StoppedEarly);
        Assert.Equal(30, run.Result.Iterations);
        Assert.True(run.Result.Metrics["r2"] > 0.5);
    }

    [Fact]
    public async Task A_time_budget_keeps_the_model_so_far()
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");

        var run = await bench.TrainAsync(Diamonds("lightgbm", 20_000) with { MaxSeconds = 1, Split = new() { ValidationFraction = 0 } });

        Assert.Equal(EarlyStop.OutOfTime, run.Result.StoppedEarly);
        Assert.InRange(run.Result.Iterations!.Value, 1, 19_999);
    }

    [Theory]
    [InlineData("fast-forest")]
    [InlineData("fast-tree")]
    public async Task A_time_budget_keeps_the_trees_of_ML_NET_so_far(string algorithm)
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");
        var configuration = Diamonds(algorithm, null) with { MaxSeconds = 4, Parameters = new Dictionary<string, JsonElement> { ["trees"] = JsonSerializer.SerializeToElement(5000) } };

        var run = await bench.TrainAsync(configuration);

        Assert.Equal(EarlyStop.OutOfTime, run.Result.StoppedEarly);
        Assert.InRange(run.Result.Iterations!.Value, 1, 4999);
        Assert.True(run.Result.Metrics["r2"] > 0, $"{run.Result.Metrics["r2"]}");
    }

    [Fact]
    public async Task A_time_budget_that_an_algorithm_cannot_keep_is_said_so()
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");
        var configuration = Diamonds("sdca", null) with
        {
            MaxSeconds = 1,
            Parameters = new Dictionary<string, JsonElement> { ["passes"] = JsonSerializer.SerializeToElement(5000), ["tolerance"] = JsonSerializer.SerializeToElement(1e-7), ["l2"] = JsonSerializer.SerializeToElement(1e-9) },
        };

        var refusal = await Assert.ThrowsAsync<HubException>(() => bench.TrainAsync(configuration));

        Assert.Equal("OUT_OF_TIME", refusal.Code);
    }

    [Fact]
    public async Task Folds_share_the_time_budget_with_the_final_model()
    {
        using var bench = TrainingBench.FromCsv("diamonds.csv");
        var clock = Stopwatch.StartNew();

        var run = await bench.TrainAsync(Diamonds("lightgbm", 20_000) with { MaxSeconds = 6, Split = new() { Kind = SplitKind.KFold, Folds = 3, ValidationFraction = 0 } });

        Assert.Equal(EarlyStop.OutOfTime, run.Result.StoppedEarly);
        Assert.Equal(3, run.Report.Folds!["rmse"].Values.Count);
        Assert.True(run.Result.Seconds["training"] < 9, $"{run.Result.Seconds["training"]} of {clock.Elapsed}");
    }

    [Fact]
    public async Task Early_stopping_keeps_the_best_iteration()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        using var reporter = new CollectingReporter();

        var run = await bench.TrainAsync(Pima("lightgbm"), reporter);

        Assert.Equal(EarlyStop.NoImprovement, run.Result.StoppedEarly);
        var best = reporter.Metrics.Where(m => m.Key == "val_log_loss").MinBy(m => m.Value);
        Assert.Equal((int)best.Step, run.Result.Iterations);
        Assert.Equal(best.Value, run.Result.Metrics["val_log_loss"], 1e-6);
    }

    [Fact]
    public async Task Preparation_knows_only_the_training_rows()
    {
        // The last fifth is for testing and holds values that would show in any statistic that looked at them.
        using var bench = TrainingBench.FromSql("""
            SELECT (CASE WHEN i = 7 THEN NULL ELSE i END)::DOUBLE AS x, CASE WHEN i < 80 THEN 'known' || (i % 3) ELSE 'new' END AS level,
                   CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS y, CASE WHEN i < 80 THEN 'train' ELSE 'test' END AS part
            FROM (SELECT CASE WHEN range < 80 THEN range ELSE 1000000 + range END AS i FROM range(100))
            """);
        var configuration = new TrainingConfiguration
        {
            Task = TrainingTask.Binary,
            Target = "y",
            Algorithm = "lbfgs-logistic",
            Split = new() { Kind = SplitKind.Column, Column = "part" },
        };

        var run = await bench.TrainAsync(configuration);

        using var model = run.Load();
        var x = Assert.IsType<NumberEncoding>(model.Pipeline.Columns.Single(c => c.Schema.Name == "x"));
        var training = Enumerable.Range(0, 80).Where(i => i != 7).Select(i => (double)i).ToList();
        var mean = training.Average();
        Assert.Equal(mean, x.Shift, 1e-9);
        Assert.Equal(1 / Math.Sqrt(training.Average(v => (v - mean) * (v - mean))), x.Scale, 1e-9);
        Assert.Equal(40, x.Fill);
        var level = Assert.IsType<CategoryEncoding>(model.Pipeline.Columns.Single(c => c.Schema.Name == "level"));
        Assert.Equal(["known0", "known1", "known2"], level.Levels.Order());
        Assert.Equal(79, run.Result.Signature.Inputs.Single(i => i.Name == "x").Max!.Value.GetDouble());
        Assert.DoesNotContain(run.Result.Signature.Inputs, i => i.Name == "part");
    }

    [Fact]
    public async Task Cross_validation_gives_mean_and_spread_and_keeps_test_rows_apart()
    {
        using var bench = TrainingBench.FromCsv("iris.csv");
        var configuration = new TrainingConfiguration
        {
            Task = TrainingTask.Multiclass,
            Target = "Species",
            Algorithm = "lbfgs-logistic",
            Split = new() { Kind = SplitKind.KFold, Folds = 5 },
        };

        var run = await bench.TrainAsync(configuration);

        Assert.Equal(5, run.Report.Folds!["accuracy"].Values.Count);
        Assert.Equal(run.Report.Folds["accuracy"].Values.Average(), run.Result.Metrics["cv_accuracy"], 1e-12);
        Assert.True(run.Result.Metrics["cv_accuracy_sd"] > 0);
        Assert.Equal("test", run.Report.Part);
        Assert.Equal(120, run.Report.Parts["folds"].Rows);
    }

    [Fact]
    public async Task Cross_validation_without_test_rows_judges_on_the_folds()
    {
        using var bench = TrainingBench.FromCsv("iris.csv");
        var configuration = new TrainingConfiguration
        {
            Task = TrainingTask.Multiclass,
            Target = "Species",
            Algorithm = "lbfgs-logistic",
            Split = new() { Kind = SplitKind.KFold, TestFraction = 0, ValidationFraction = 0 },
        };

        var run = await bench.TrainAsync(configuration);

        Assert.Equal("folds", run.Report.Part);
        Assert.Equal(150, run.Report.ConfusionMatrix!.Counts.Sum(r => r.Sum()));
        Assert.Contains("accuracy", run.Result.Metrics.Keys);
    }

    [Fact]
    public async Task A_copy_of_the_target_among_the_features_is_pointed_out()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv", "SELECT *, CASE diabetes WHEN 'pos' THEN 'sick' ELSE 'well' END AS outcome, glucose * 1.0 AS harmless FROM data");
        using var numbers = TrainingBench.FromCsv("diamonds.csv", "SELECT *, price * 1.19 AS gross FROM data LIMIT 2000");

        var classes = await bench.TrainAsync(Pima("lbfgs-logistic"));
        var regression = await numbers.TrainAsync(Diamonds("sdca", null));

        Assert.Single(classes.Result.Warnings, w => w.Contains("alone nearly determines"));
        Assert.Contains(classes.Result.Warnings, w => w.StartsWith("'outcome' alone", StringComparison.Ordinal));
        Assert.Contains(regression.Result.Warnings, w => w.StartsWith("'gross' alone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_without_a_target_are_left_out_and_counted()
    {
        using var bench = TrainingBench.FromCsv("airquality.csv");

        var run = await bench.TrainAsync(new() { Task = TrainingTask.Regression, Target = "Ozone", Algorithm = "sdca" });

        Assert.Equal(37, run.Result.Rows["dropped"]);
        Assert.Contains(run.Result.Warnings, w => w.StartsWith("37 of 153 rows", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SELECT range AS x, 'same' AS y FROM range(50)", TrainingTask.Binary, "TARGET_CONSTANT")]
    [InlineData("SELECT range AS x, 5 AS y FROM range(50)", TrainingTask.Regression, "TARGET_CONSTANT")]
    [InlineData("SELECT range AS x, NULL::VARCHAR AS y FROM range(50)", TrainingTask.Binary, "TARGET_EMPTY")]
    [InlineData("SELECT range AS x, 'id' || range AS y FROM range(50)", TrainingTask.Multiclass, "TARGET_UNIQUE")]
    [InlineData("SELECT random() AS x, range AS y FROM range(50)", TrainingTask.Regression, "TARGET_UNIQUE")]
    [InlineData("SELECT range AS x, 'a' AS y FROM range(1)", TrainingTask.Binary, "TOO_FEW_ROWS")]
    [InlineData("SELECT range AS x, 'a' AS y FROM range(0)", TrainingTask.Binary, "NO_ROWS")]
    [InlineData("SELECT range AS x, 'c' || (range % 3) AS y FROM range(50)", TrainingTask.Binary, "TARGET_NOT_BINARY")]
    [InlineData("SELECT range AS x, 'c' || (range % 1500) AS y FROM range(5000)", TrainingTask.Multiclass, "TOO_MANY_CLASSES")]
    [InlineData("SELECT 1 AS x, range % 7 AS y FROM range(50)", TrainingTask.Regression, "NO_FEATURES")]
    public async Task Hopeless_data_is_refused_with_a_code(string sql, TrainingTask task, string code)
    {
        using var bench = TrainingBench.FromSql(sql);

        var refusal = await Assert.ThrowsAsync<HubException>(() => bench.TrainAsync(new() { Task = task, Target = "y", Algorithm = "lightgbm" }));

        Assert.Equal((code, Refusal.Impossible), (refusal.Code, refusal.Refusal));
    }

    [Fact]
    public async Task Poisson_regression_refuses_negative_targets()
    {
        using var bench = TrainingBench.FromSql("SELECT random() AS x, random() - 0.5 AS y FROM range(100)");

        var refusal = await Assert.ThrowsAsync<HubException>(() => bench.TrainAsync(new() { Task = TrainingTask.Regression, Target = "y", Algorithm = "lbfgs-poisson" }));

        Assert.Equal("TARGET_NEGATIVE", refusal.Code);
    }

    [Fact]
    public void The_rarer_class_counts_as_positive_unless_words_or_the_user_say_otherwise()
    {
        using var rare = TrainingBench.FromSql("SELECT range AS x, CASE WHEN range < 40 THEN 'red' ELSE 'blue' END AS y FROM range(50)");
        using var words = TrainingBench.FromSql("SELECT range AS x, CASE WHEN range < 40 THEN 'yes' ELSE 'no' END AS y FROM range(50)");
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", Algorithm = "sdca" };

        string[][] classes =
        [
            [.. rare.Read(configuration).Target.Classes],
            [.. words.Read(configuration).Target.Classes],
            [.. rare.Read(configuration with { PositiveClass = "red" }).Target.Classes],
        ];

        Assert.Equal([["red", "blue"], ["no", "yes"], ["blue", "red"]], classes);
    }

    [Fact]
    public async Task Names_that_look_like_SQL_and_boolean_and_integer_targets_are_handled()
    {
        using var bench = TrainingBench.FromSql("SELECT random() AS \"x\"\"; DROP TABLE rows; --\", range % 2 = 0 AS \"is it?\", range % 3 AS \"class\" FROM range(100)");

        var boolean = await bench.TrainAsync(new() { Task = TrainingTask.Binary, Target = "is it?", Algorithm = "lightgbm" });
        var integer = await bench.TrainAsync(new() { Task = TrainingTask.Multiclass, Target = "class", Algorithm = "lightgbm" });

        using var first = boolean.Load();
        using var second = integer.Load();
        var row = new Dictionary<string, JsonElement> { ["x\"; DROP TABLE rows; --"] = JsonSerializer.SerializeToElement(0.5), ["class"] = JsonSerializer.SerializeToElement(1), ["is it?"] = JsonSerializer.SerializeToElement(true) };
        Assert.Contains(first.Predict([row]).Rows[0].Prediction.ValueKind, new[] { JsonValueKind.True, JsonValueKind.False });
        Assert.Equal(JsonValueKind.Number, second.Predict([row]).Rows[0].Prediction.ValueKind);
        Assert.Equal("true", boolean.Result.PositiveClass);
    }

    private static TrainingConfiguration Pima(string algorithm) => new() { Task = TrainingTask.Binary, Target = "diabetes", Algorithm = algorithm };

    private static TrainingConfiguration Diamonds(string algorithm, int? iterations) => new()
    {
        Task = TrainingTask.Regression,
        Target = "price",
        Algorithm = algorithm,
        Parameters = iterations is null ? [] : new Dictionary<string, JsonElement> { ["iterations"] = JsonSerializer.SerializeToElement(iterations) },
    };
}
