using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Training;

namespace MLHub.Benchmarks;

/// <summary>
/// Four learners on one made table, against scikit-learn's on the same rows and the same split: seconds of training and area under the curve. Ours
/// run as a job does, in a process of their own; only the stage "training" is compared with <c>fit</c>.
/// </summary>
internal sealed class TrainingBenchmark : IBenchmark
{
    public const string OursVerb = "train-ours";

    private const string Python = "/usr/bin/python3";

    /// <summary>The file's split: every fifth row is for testing, every tenth of the others for validation.</summary>
    private const string SklearnScript =
        """
        import sys, time
        import numpy as np
        from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.neural_network import MLPClassifier
        from sklearn.preprocessing import StandardScaler
        from sklearn.metrics import roc_auc_score
        table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=np.float32)
        x, y = table[:, 1:-1], table[:, -1]
        row = np.arange(len(y))
        test, rest = row % 5 == 0, row % 5 != 0
        train = rest & (row % 10 != 1)
        trees, epochs = int(sys.argv[3]), int(sys.argv[4])
        scale = StandardScaler().fit(x[train])
        models = {
            "lightgbm": lambda: HistGradientBoostingClassifier(max_iter=200, learning_rate=0.1, max_leaf_nodes=31, early_stopping=False),
            "lbfgs-logistic": lambda: LogisticRegression(max_iter=500),
            "fast-forest": lambda: RandomForestClassifier(trees, max_leaf_nodes=500, min_samples_leaf=3, max_features=0.5, max_samples=0.7, n_jobs=2),
            "neural-network": lambda: MLPClassifier((128, 64), batch_size=256, max_iter=epochs, tol=0, n_iter_no_change=epochs),
        }
        name = sys.argv[2]
        model = models[name]()
        some, all = (scale.transform(x[train]), scale.transform(x[test])) if name in ("lbfgs-logistic", "neural-network") else (x[train], x[test])
        start = time.perf_counter()
        model.fit(some, y[train])
        print(time.perf_counter() - start, roc_auc_score(y[test], model.predict_proba(all)[:, 1]))
        """;

    public string Name => "training";

    public string Question => "Training on 200 000 rows × 30 columns, time and score, against scikit-learn";

    public async Task<bool> RunAsync(BenchmarkSize size, IReadOnlyList<string> options)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-benchmark-");
        try
        {
            var (rows, trees, epochs) = size == BenchmarkSize.Full ? (200_000, 50, 10) : (1_000, 5, 2);
            var csv = Path.Combine(folder.FullName, "rows.csv");
            var parquet = Path.Combine(folder.FullName, "rows.parquet");
            await WriteAsync(csv, parquet, rows);
            var hasSklearn = await RunAsync(Python, "-c", "import sklearn") is not null;
            Console.WriteLine($"{rows} rows × 30 columns, {Environment.ProcessorCount} cores; seconds of training and AUC on a fifth of the rows");
            Console.WriteLine($"{"",-18}{"MLHub",16}{"scikit-learn",20}{"ratio of time",16}{"AUC",10}");
            foreach (var (algorithm, parameters) in Learners(trees, epochs))
            {
                var ours = Read(await RunAsync(Environment.ProcessPath!, OursVerb, parquet, folder.FullName, algorithm, JsonSerializer.Serialize(parameters)))
                    ?? throw new InvalidOperationException($"{algorithm} gave no result.");
                var theirs = hasSklearn ? Read(await RunAsync(Python, "-c", SklearnScript, csv, algorithm, Text(trees), Text(epochs))) : null;
                Console.WriteLine(theirs is var (seconds, auc)
                    ? $"{algorithm,-18}{ours.Seconds,8:0.0} s {ours.Auc,6:0.000}{seconds,12:0.0} s {auc,6:0.000}{ours.Seconds / seconds,14:0.00}{Math.Round(ours.Auc - auc, 3) + 0.0,12:+0.000;-0.000;0.000}"
                    : $"{algorithm,-18}{ours.Seconds,8:0.0} s {ours.Auc,6:0.000}");
            }

            if (!hasSklearn)
            {
                Console.WriteLine("scikit-learn is not installed (Debian: python3-sklearn)");
            }

            return true;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>In the child: one run as a job computes it.</summary>
    public static async Task<int> RunOursAsync(string parquet, string folder, string algorithm, string parameters)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, algorithm)).FullName;
        IReadOnlyList<ColumnSchema> columns = [.. Enumerable.Range(0, 30).Select(c => new ColumnSchema($"x{c}", ColumnType.Number)), new("part", ColumnType.Text), new("y", ColumnType.Integer)];
        var spec = new TrainingSpec(
            new()
            {
                Task = TrainingTask.Binary,
                Target = "y",
                Algorithm = algorithm,
                Parameters = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(parameters)!,
                Split = new() { Kind = SplitKind.Column, Column = "part" },
            },
            columns);
        await using var services = new ServiceCollection().AddTraining().BuildServiceProvider();
        var task = new JobTask(
            TrainingSpec.JobKind,
            JsonSerializer.SerializeToElement(spec, HubJson.Options),
            new Dictionary<string, string> { [TrainingSpec.RowsInput] = parquet },
            own,
            Directory.CreateDirectory(Path.Combine(own, "scratch")).FullName,
            Environment.ProcessorCount,
            4L << 30);
        var result = await services.GetServices<IJobHandler>().Single(h => h.Kind == TrainingSpec.JobKind).RunAsync(task, new SilentReporter(), CancellationToken.None);
        var report = HubJson.Read<EvaluationReport>(await File.ReadAllTextAsync(task.OutputPath(TrainingSpec.EvaluationOutput)));
        Console.WriteLine(FormattableString.Invariant($"{result.Deserialize<TrainingResult>(HubJson.Options)!.Seconds["training"]} {report.Metrics["auc"]}"));
        return 0;
    }

    /// <summary>The same sizes on both sides; early stopping is off, so that both do the same work.</summary>
    private static IEnumerable<(string Algorithm, Dictionary<string, object> Parameters)> Learners(int trees, int epochs) =>
    [
        ("lightgbm", new() { ["iterations"] = 200, ["learningRate"] = 0.1, ["earlyStoppingRounds"] = 0, ["featureFraction"] = 1, ["baggingFraction"] = 1 }),
        ("lbfgs-logistic", []),
        ("fast-forest", new() { ["trees"] = trees }),
        ("neural-network", new() { ["epochs"] = epochs, ["patience"] = 0, ["dropout"] = 0, ["batchNorm"] = false, ["optimiser"] = "adam" }),
    ];

    /// <summary>Ten columns that matter, through products and waves; twenty that do not.</summary>
    private static async Task WriteAsync(string csv, string parquet, int rows)
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        var columns = string.Join(", ", Enumerable.Range(0, 30).Select(c => $"((hash(range, {c}) % 20001) / 10000.0 - 1)::DOUBLE AS x{c}"));
        command.CommandText =
            $"""
            CREATE TABLE made AS SELECT range AS {ColumnSchema.RowId}, {columns},
                CASE WHEN range % 5 = 0 THEN 'test' WHEN range % 10 = 1 THEN 'validation' ELSE 'train' END AS part,
                (x0 * x1 + x2 * x3 * 2 + sin(4 * x4) + x5 + abs(x6) - abs(x7) + x8 * x9 + ((hash(range, 99) % 1001) / 500.0 - 1) > 0)::BIGINT AS y
            FROM range({rows});
            COPY made TO '{parquet}' (FORMAT parquet);
            COPY (SELECT * EXCLUDE (part) FROM made) TO '{csv}' (HEADER);
            """;
        await command.ExecuteNonQueryAsync();
    }

    private static (double Seconds, double Auc)? Read(string? line) =>
        line?.Split(' ') is [var seconds, var auc] ? (double.Parse(seconds, CultureInfo.InvariantCulture), double.Parse(auc, CultureInfo.InvariantCulture)) : null;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <returns>The last line; <c>null</c> when the program is missing or failed.</returns>
    private static async Task<string?> RunAsync(string program, params IEnumerable<string> arguments)
    {
        if (!File.Exists(program))
        {
            return null;
        }

        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        // Waiting threads of OpenMP must sleep, as in a job.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim().Split('\n')[^1] : null;
    }
}
