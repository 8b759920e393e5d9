using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Training.Algorithms;

namespace MLHub.Tests.Training;

/// <summary>What every algorithm owes, on real rows. A new algorithm is found by itself.</summary>
public sealed class AlgorithmContractTests(PlainRuns plain) : IClassFixture<PlainRuns>
{
    public static TheoryData<string, TrainingTask> Algorithms() => Cases(_ => true);

    public static TheoryData<string, TrainingTask> Classifiers() => Cases(t => t is TrainingTask.Binary or TrainingTask.Multiclass);

    public static TheoryData<string> Keepers() => [.. AlgorithmList.All.Select(a => a.Descriptor).Where(d => d.KeepsModelSoFar).Select(d => d.Name)];

    public static TheoryData<string> Names() => [.. AlgorithmList.All.Select(a => a.Descriptor.Name)];

    /// <summary>All but the yardstick itself.</summary>
    public static TheoryData<string, TrainingTask> Learners()
    {
        var cases = new TheoryData<string, TrainingTask>();
        foreach (var descriptor in AlgorithmList.All.Select(a => a.Descriptor).Where(d => d.Name != TrialPlanner.Baseline))
        {
            foreach (var task in descriptor.Tasks)
            {
                cases.Add(descriptor.Name, task);
            }
        }

        return cases;
    }

    [Theory]
    [InlineData(TrainingTask.Binary)]
    [InlineData(TrainingTask.Multiclass)]
    [InlineData(TrainingTask.Regression)]
    public async Task The_baseline_is_worth_just_what_reports_call_the_baseline(TrainingTask task)
    {
        var (run, _, _) = await plain.OfAsync(TrialPlanner.Baseline, task);

        var metric = task == TrainingTask.Regression ? "rmse" : "accuracy";
        Assert.Equal(run.Report.Baseline.Metrics[metric], run.Report.Metrics[metric], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public async Task It_learns_more_than_the_baseline_knows(string algorithm, TrainingTask task)
    {
        var (run, _, _) = await plain.OfAsync(algorithm, task);

        var (metric, better) = task switch
        {
            TrainingTask.Regression => ("rmse", -1),
            TrainingTask.Clustering => ("avg_distance", -1),
            TrainingTask.Anomaly => ("auc", 1),
            _ => ("accuracy", 1),
        };
        var (own, baseline) = (run.Report.Metrics[metric], run.Report.Baseline.Metrics[metric]);
        Assert.True(own * better > baseline * better, $"{metric} {own}, baseline {baseline}");
        Assert.All(run.Result.Metrics.Values, v => Assert.True(double.IsFinite(v)));
        Assert.NotEmpty(run.Report.FeatureImportance);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_shows_a_curve_exactly_when_it_says_so(string algorithm, TrainingTask task)
    {
        var (run, reporter, _) = await plain.OfAsync(algorithm, task);

        var curve = Descriptor(algorithm).Curve;
        // One linear model per class: their losses on the way have no common one.
        var isApart = task == TrainingTask.Multiclass && algorithm == "averaged-perceptron";
        Assert.Equal(curve == CurveKind.Live && !isApart, !reporter.Metrics.IsEmpty);
        Assert.Equal(curve != CurveKind.None && !isApart, run.Report.LossCurve.Count == 2);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_predicts_the_same_after_it_was_stored(string algorithm, TrainingTask task)
    {
        var (run, _, bench) = await plain.OfAsync(algorithm, task);
        using var model = run.Load();
        var raw = await Rows(bench, 30);

        var answers = model.Predict(raw).Rows;

        var column = task == TrainingTask.Regression ? "predicted" : "score";
        var stored = await TrainingBench.QueryAsync<double>($"SELECT {column} FROM '{run.PredictionsPath}' ORDER BY {ColumnSchema.RowId} LIMIT 30");
        Assert.All(stored.Zip(answers), p => Assert.Equal(p.First, p.Second.Score ?? p.Second.Prediction.GetDouble(), 1e-6));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task It_survives_ugly_columns_without_validation_rows_and_answers_rows_it_has_never_seen_the_like_of(string algorithm, TrainingTask task)
    {
        using var bench = Bench(task, ", 1 AS constant, NULL::DOUBLE AS empty, CASE (row_number() OVER ()) % 10 WHEN 0 THEN 'Infinity'::DOUBLE WHEN 7 THEN NULL ELSE random() END AS infinite, "
            + "CASE (row_number() OVER ()) % 5 WHEN 0 THEN 'a' WHEN 1 THEN 'b' WHEN 2 THEN NULL ELSE 'c' END AS letter, "
            + "CASE (row_number() OVER ()) % 7 WHEN 0 THEN NULL ELSE DATE '2024-01-01' + ((row_number() OVER ()) % 700)::INTEGER END AS day, "
            + "CASE (row_number() OVER ()) % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END AS flag, 'text ' || (row_number() OVER ()) AS note");
        var run = await bench.TrainAsync(Configuration(algorithm, task) with { Split = new() { ValidationFraction = 0 } });
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
        Assert.Equal(0, run.Result.Rows["validation"]);
        Assert.DoesNotContain(run.Result.Metrics.Keys, k => k.StartsWith("val_", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Classifiers))]
    public async Task It_survives_a_class_with_one_member(string algorithm, TrainingTask task)
    {
        using var bench = task == TrainingTask.Binary
            ? TrainingBench.FromCsv("BreastCancer.csv", "(SELECT * FROM data WHERE Class = 'benign' LIMIT 150) UNION ALL (SELECT * FROM data WHERE Class = 'malignant' LIMIT 1)")
            : TrainingBench.FromCsv("iris.csv", "SELECT * FROM data UNION ALL SELECT 9, 9, 9, 9, 'once'");

        var run = await bench.TrainAsync(Configuration(algorithm, task));

        Assert.Contains(run.Result.Warnings, w => w.Contains("has a single row: it was kept for training", StringComparison.Ordinal));
        Assert.Equal(["train"], await TrainingBench.QueryAsync<string>($"SELECT part FROM '{run.PredictionsPath}' WHERE actual IN ('once', 'malignant')"));
        Assert.Contains(task == TrainingTask.Binary ? "malignant" : "once", run.Result.Classes);
        Assert.All(run.Result.Metrics.Values, v => Assert.True(double.IsFinite(v)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_defaults_and_presets_pass_its_own_check_and_nonsense_does_not(string name)
    {
        var descriptor = Descriptor(name);
        foreach (var task in descriptor.Tasks)
        {
            IReadOnlyList<ColumnSchema> columns = [new("x", ColumnType.Number), new("y", task == TrainingTask.Regression ? ColumnType.Number : ColumnType.Text)];
            var bare = new TrainingConfiguration { Task = task, Target = task == TrainingTask.Clustering ? null : "y", Algorithm = name };
            IReadOnlyDictionary<string, string[]> Find(IReadOnlyDictionary<string, JsonElement> parameters) =>
                TrainingConfigurationCheck.Find(TrainingBench.Catalog, columns, bare with { Parameters = parameters });

            var nonsense = Find(descriptor.Parameters.ToDictionary(p => p.Name, p => JsonSerializer.SerializeToElement(p.Max is { } max ? max * 2 + 1 : -1e300))
                .Append(new("noSuchParameter", JsonSerializer.SerializeToElement(1))).ToDictionary());

            Assert.Empty(Find(TrainingConfigurationCheck.Complete(descriptor, task, bare.Parameters)));
            Assert.All(descriptor.Presets, preset => Assert.Empty(Find(preset.Parameters)));
            Assert.Equal(descriptor.Parameters.Select(p => $"parameters.{p.Name}").Append("parameters.noSuchParameter").Order(), nonsense.Keys.Order());
        }

        Assert.All(descriptor.Parameters, p => Assert.NotEmpty(p.Help));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_ends_within_ten_seconds_when_it_is_cancelled(string name)
    {
        using var cancel = new CancellationTokenSource();
        using var reporter = Once(() => cancel.CancelAfter(300));
        var clock = Stopwatch.StartNew();

        try
        {
            // Some are done before anybody could stop them.
            await plain.Big.TrainAsync(Endless(name), reporter, cancel.Token);
        }
        catch (OperationCanceledException)
        {
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    [Theory]
    [MemberData(nameof(Keepers))]
    public async Task It_keeps_a_model_when_it_is_asked_to_finish(string name)
    {
        using var timer = new CancellationTokenSource();
        var clock = new Stopwatch();
        using var reporter = Once(() =>
        {
            clock.Start();
            timer.CancelAfter(700);
        });
        using var finishing = timer.Token.Register(() =>
        {
            clock.Stop();
            reporter.Finish();
        });

        var run = await plain.Big.TrainAsync(Endless(name), reporter);

        // Whoever was done before it was asked had nothing to stop; a busy machine asks late.
        Assert.True(run.Result.StoppedEarly == EarlyStop.FinishRequested || run.Result.Seconds["training"] < clock.Elapsed.TotalSeconds + 0.1, $"{run.Result.StoppedEarly} after {run.Result.Seconds["training"]} s");
        using var model = run.Load();
        Assert.Equal(6, model.Signature.Inputs.Count);
    }

    [Fact]
    public void The_self_test_finds_nothing_broken_here()
    {
        Assert.Empty(AlgorithmSelfTest.Run());
    }

    internal static TrainingConfiguration Configuration(string algorithm, TrainingTask task) => new()
    {
        Task = task,
        Target = Target(task),
        Algorithm = algorithm,
        Split = new() { ValidationFraction = 0.2 },
        // The default sizes are for real work; the contract is about behaviour.
        Parameters = Set(algorithm, ("trees", 20), ("epochs", 60), ("batchSize", 32)),
    };

    internal static TrainingBench Bench(TrainingTask task, string more = "") => task switch
    {
        TrainingTask.Binary or TrainingTask.Anomaly => TrainingBench.FromCsv("BreastCancer.csv", $"SELECT *{more} FROM data"),
        TrainingTask.Multiclass => TrainingBench.FromCsv("iris.csv", $"SELECT *{more} FROM data"),
        TrainingTask.Clustering => TrainingBench.FromCsv("iris.csv", $"SELECT * EXCLUDE (Species){more} FROM data"),
        _ => TrainingBench.FromCsv("airquality.csv", $"SELECT *{more} FROM data"),
    };

    private static string? Target(TrainingTask task) => task switch
    {
        TrainingTask.Binary or TrainingTask.Anomaly => "Class",
        TrainingTask.Multiclass => "Species",
        TrainingTask.Regression => "Ozone",
        _ => null,
    };

    /// <summary>Does something when training begins.</summary>
    private static CollectingReporter Once(Action begin)
    {
        var begun = 0;
        return new()
        {
            OnStage = stage =>
            {
                if (stage == "training" && Interlocked.Exchange(ref begun, 1) == 0)
                {
                    begin();
                }
            },
        };
    }

    private static AlgorithmDescriptor Descriptor(string name) => AlgorithmList.All.Single(a => a.Descriptor.Name == name).Descriptor;

    private static TheoryData<string, TrainingTask> Cases(Func<TrainingTask, bool> isWanted)
    {
        var cases = new TheoryData<string, TrainingTask>();
        foreach (var descriptor in AlgorithmList.All.Select(a => a.Descriptor))
        {
            foreach (var task in descriptor.Tasks.Where(isWanted))
            {
                cases.Add(descriptor.Name, task);
            }
        }

        return cases;
    }

    /// <summary>As much work as its parameters allow.</summary>
    private static TrainingConfiguration Endless(string name) => Ordinary(name) with
    {
        Parameters = Set(name, ("trees", 5000), ("iterations", 20_000), ("passes", 1000), ("rounds", 1000), ("epochs", 10_000), ("starts", 100), ("patience", 0), ("earlyStoppingRounds", 0), ("sampleRows", 20_000)),
    };

    private static TrainingConfiguration Ordinary(string name)
    {
        var task = Descriptor(name).Tasks[0];
        return new()
        {
            Task = task,
            Target = task switch { TrainingTask.Clustering or TrainingTask.Anomaly => null, TrainingTask.Regression => "amount", _ => "answer" },
            Features = ["a", "b", "c", "d", "e", "f"],
            Algorithm = name,
            Parameters = Set(name, ("rounds", 100)),
        };
    }

    private static Dictionary<string, JsonElement> Set(string algorithm, params (string Name, int Value)[] wanted)
    {
        var known = Descriptor(algorithm).Parameters;
        return wanted.Where(w => known.Any(p => p.Name == w.Name))
            .ToDictionary(w => w.Name, w => JsonSerializer.SerializeToElement(Math.Min(w.Value, known.Single(p => p.Name == w.Name).Max ?? w.Value)));
    }

    /// <summary>The first rows that have a target, as a program would send them.</summary>
    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>> Rows(TrainingBench bench, int count)
    {
        var target = bench.Columns.FirstOrDefault(c => c.Name is "Class" or "Species" or "Ozone")?.Name;
        var where = target is null ? "" : $"WHERE \"{target}\" IS NOT NULL";
        var lines = await TrainingBench.QueryAsync<string>($"SELECT to_json(r)::VARCHAR FROM '{bench.Parquet}' r {where} ORDER BY {ColumnSchema.RowId} LIMIT {count}");
        return [.. lines.Select(l => (IReadOnlyDictionary<string, JsonElement>)HubJson.Read<Dictionary<string, JsonElement>>(l))];
    }
}

/// <summary>Each algorithm trained once per task, for all who only look at the result; and rows enough that training takes a while.</summary>
public sealed class PlainRuns : IDisposable
{
    private readonly ConcurrentDictionary<TrainingTask, TrainingBench> _benches = new();
    private readonly ConcurrentDictionary<(string, TrainingTask), Task<(TrainedRun, CollectingReporter)>> _runs = new();
    private readonly Lazy<TrainingBench> _big = new(() => TrainingBench.FromSql(
        """
        SELECT hash(range) % 1000 / 1000.0 AS a, hash(range, 1) % 1000 / 1000.0 AS b, hash(range, 2) % 1000 / 1000.0 AS c, hash(range, 3) % 1000 / 1000.0 AS d,
            hash(range, 4) % 1000 / 1000.0 AS e, hash(range, 5) % 1000 / 1000.0 AS f,
            CASE WHEN a * b + c + hash(range, 6) % 1000 / 2000.0 > 1 THEN 'yes' ELSE 'no' END AS answer, a * b + c + hash(range, 6) % 1000 / 2000.0 AS amount
        FROM range(20000)
        """));

    internal TrainingBench Big => _big.Value;

    internal async Task<(TrainedRun Run, CollectingReporter Reporter, TrainingBench Bench)> OfAsync(string algorithm, TrainingTask task)
    {
        var bench = _benches.GetOrAdd(task, t => AlgorithmContractTests.Bench(t));
        var (run, reporter) = await _runs.GetOrAdd((algorithm, task), async _ =>
        {
            var heard = new CollectingReporter();
            return (await bench.TrainAsync(AlgorithmContractTests.Configuration(algorithm, task), heard), heard);
        });
        return (run, reporter, bench);
    }

    public void Dispose()
    {
        foreach (var bench in _benches.Values)
        {
            bench.Dispose();
        }

        if (_big.IsValueCreated)
        {
            _big.Value.Dispose();
        }
    }
}
