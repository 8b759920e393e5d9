using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;

namespace MLHub.Tests.Training;

/// <summary>What every algorithm owes, on real rows. A new algorithm is found by itself.</summary>
public sealed class AlgorithmContractTests
{
    public static TheoryData<string, TrainingTask> Algorithms()
    {
        var cases = new TheoryData<string, TrainingTask>();
        foreach (var descriptor in AlgorithmList.All.Select(a => a.Descriptor))
        {
            foreach (var task in descriptor.Tasks)
            {
                cases.Add(descriptor.Name, task);
            }
        }

        return cases;
    }

    public static TheoryData<string> Names() => [.. AlgorithmList.All.Select(a => a.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_learns_more_than_the_baseline_knows(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task);

        var run = await bench.TrainAsync(Configuration(algorithm, task));

        var (metric, better) = task == TrainingTask.Regression ? ("rmse", -1) : ("accuracy", 1);
        var (own, baseline) = (run.Report.Metrics[metric], run.Report.Baseline.Metrics[metric]);
        Assert.True(own * better > baseline * better, $"{metric} {own}, baseline {baseline}");
        Assert.All(run.Result.Metrics.Values, v => Assert.True(double.IsFinite(v)));
        Assert.NotEmpty(run.Report.FeatureImportance);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_shows_a_curve_exactly_when_it_says_so(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task);
        using var reporter = new CollectingReporter();

        var run = await bench.TrainAsync(Configuration(algorithm, task), reporter);

        var curve = AlgorithmList.All.Single(a => a.Descriptor.Name == algorithm).Descriptor.Curve;
        // Models of several classes that are one model per class have no common loss on the way.
        var isOneVersusAll = task == TrainingTask.Multiclass && algorithm != "lightgbm";
        Assert.Equal(curve == CurveKind.Live && !isOneVersusAll, !reporter.Metrics.IsEmpty);
        Assert.Equal(curve != CurveKind.None && !isOneVersusAll, run.Report.LossCurve.Count == 2);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_predicts_the_same_after_it_was_stored(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task);
        var run = await bench.TrainAsync(Configuration(algorithm, task));
        using var model = run.Load();
        var raw = await Rows(bench, 30);

        var answers = model.Predict(raw).Rows;

        var column = task == TrainingTask.Regression ? "predicted" : "score";
        var stored = await TrainingBench.QueryAsync<double>($"SELECT {column} FROM '{run.PredictionsPath}' ORDER BY {ColumnSchema.RowId} LIMIT 30");
        Assert.All(stored.Zip(answers), p => Assert.Equal(p.First, p.Second.Score ?? p.Second.Prediction.GetDouble(), 1e-9));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Equal_runs_give_equal_models(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task);

        var first = await bench.TrainAsync(Configuration(algorithm, task));
        var second = await bench.TrainAsync(Configuration(algorithm, task));

        Assert.Equal(await File.ReadAllBytesAsync(first.ModelPath), await File.ReadAllBytesAsync(second.ModelPath));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_survives_ugly_columns_and_answers_rows_it_has_never_seen_the_like_of(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task, ", 1 AS constant, NULL::DOUBLE AS empty, CASE (row_number() OVER ()) % 10 WHEN 0 THEN 'Infinity'::DOUBLE WHEN 7 THEN NULL ELSE random() END AS infinite, "
            + "CASE (row_number() OVER ()) % 5 WHEN 0 THEN 'a' WHEN 1 THEN 'b' WHEN 2 THEN NULL ELSE 'c' END AS letter, "
            + "CASE (row_number() OVER ()) % 7 WHEN 0 THEN NULL ELSE DATE '2024-01-01' + ((row_number() OVER ()) % 700)::INTEGER END AS day, "
            + "CASE (row_number() OVER ()) % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END AS flag, 'text ' || (row_number() OVER ()) AS note");
        var run = await bench.TrainAsync(Configuration(algorithm, task));
        using var model = run.Load();
        var rows = await Rows(bench, 3);
        var strange = rows[0].ToDictionary(c => c.Key, c => c.Value);
        strange["letter"] = JsonSerializer.SerializeToElement("never seen");
        strange["day"] = JsonSerializer.SerializeToElement("2199-12-31");
        var empty = rows[0].ToDictionary(c => c.Key, _ => JsonSerializer.SerializeToElement<object?>(null));

        var answers = model.Predict([rows[0], strange, empty]).Rows;

        Assert.All(answers, a => Assert.True(double.IsFinite(a.Score ?? a.Prediction.GetDouble())));
        Assert.All(answers.Where(a => a.Probabilities is not null), a => Assert.Equal(1, a.Probabilities!.Values.Sum(), 1e-9));
        foreach (var left in new[] { "constant", "empty", "note" })
        {
            Assert.Contains(run.Result.Warnings, w => w.StartsWith($"'{left}'", StringComparison.Ordinal));
            Assert.DoesNotContain(run.Result.Signature.Inputs, i => i.Name == left);
        }

        Assert.Contains(run.Result.Warnings, w => w.StartsWith("'infinite' holds", StringComparison.Ordinal));
        Assert.Contains(run.Result.Signature.Inputs, i => i is { Name: "letter", Nullable: true, Choices.Count: 3 });
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_trains_without_validation_rows(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task);

        var run = await bench.TrainAsync(Configuration(algorithm, task) with { Split = new() { ValidationFraction = 0 } });

        Assert.Equal(0, run.Result.Rows["validation"]);
        Assert.DoesNotContain(run.Result.Metrics.Keys, k => k.StartsWith("val_", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_defaults_pass_its_own_check_and_nonsense_does_not(string name)
    {
        var descriptor = AlgorithmList.All.Single(a => a.Descriptor.Name == name).Descriptor;
        IReadOnlyList<ColumnSchema> columns = [new("x", ColumnType.Number), new("y", descriptor.Tasks[0] == TrainingTask.Regression ? ColumnType.Number : ColumnType.Text)];
        var plain = new TrainingConfiguration { Task = descriptor.Tasks[0], Target = "y", Algorithm = name };

        var defaults = TrainingConfigurationCheck.Find(TrainingBench.Catalog, columns, plain with { Parameters = TrainingConfigurationCheck.Complete(descriptor, plain.Parameters) });
        var nonsense = TrainingConfigurationCheck.Find(TrainingBench.Catalog, columns, plain with
        {
            Parameters = descriptor.Parameters.ToDictionary(p => p.Name, p => JsonSerializer.SerializeToElement(p.Max is { } max ? max * 2 + 1 : -1e300))
                .Append(new("noSuchParameter", JsonSerializer.SerializeToElement(1))).ToDictionary(),
        });

        Assert.Empty(defaults);
        Assert.Equal(descriptor.Parameters.Select(p => $"parameters.{p.Name}").Append("parameters.noSuchParameter").Order(), nonsense.Keys.Order());
        Assert.All(descriptor.Parameters, p => Assert.NotEmpty(p.Help));
    }

    [Fact]
    public void The_self_test_finds_nothing_broken_here()
    {
        Assert.Empty(AlgorithmSelfTest.Run());
    }

    internal static TrainingConfiguration Configuration(string algorithm, TrainingTask task) => new()
    {
        Task = task,
        Target = task switch { TrainingTask.Binary => "Class", TrainingTask.Multiclass => "Species", _ => "Ozone" },
        Algorithm = algorithm,
        Split = new() { ValidationFraction = 0.2 },
        // The default sizes are for real work; the contract is about behaviour.
        Parameters = AlgorithmList.All.Single(a => a.Descriptor.Name == algorithm).Descriptor.Parameters.Any(p => p.Name == "trees")
            ? new Dictionary<string, JsonElement> { ["trees"] = JsonSerializer.SerializeToElement(20) }
            : [],
    };

    private static TrainingBench Bench(TrainingTask task, string more = "") => task switch
    {
        TrainingTask.Binary => TrainingBench.FromCsv("BreastCancer.csv", $"SELECT *{more} FROM data"),
        TrainingTask.Multiclass => TrainingBench.FromCsv("iris.csv", $"SELECT *{more} FROM data"),
        _ => TrainingBench.FromCsv("airquality.csv", $"SELECT *{more} FROM data"),
    };

    /// <summary>The first rows that have a target, as a program would send them.</summary>
    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> Rows(TrainingBench bench, int count)
    {
        var target = bench.Columns.Single(c => c.Name is "Class" or "Species" or "Ozone").Name;
        var lines = await TrainingBench.QueryAsync<string>($"SELECT to_json(r)::VARCHAR FROM '{bench.Parquet}' r WHERE \"{target}\" IS NOT NULL ORDER BY {ColumnSchema.RowId} LIMIT {count}");
        return [.. lines.Select(l => (IReadOnlyDictionary<string, JsonElement>)HubJson.Read<Dictionary<string, JsonElement>>(l))];
    }
}
