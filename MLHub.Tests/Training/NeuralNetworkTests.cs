using System.Text.Json;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Algorithms.Neural;

namespace MLHub.Tests.Training;

/// <summary>The network's arithmetic, checked from outside: slopes by differences, products by hand, equal seeds by bytes.</summary>
public sealed class NeuralNetworkTests
{
    private const int Rows = 48;

    public static TheoryData<TrainingTask, string, bool, bool> Networks() => new()
    {
        { TrainingTask.Binary, "tanh", false, false },
        { TrainingTask.Binary, "gelu", true, false },
        { TrainingTask.Multiclass, "silu", false, true },
        { TrainingTask.Multiclass, "sigmoid", true, true },
        { TrainingTask.Regression, "tanh", true, true },
        { TrainingTask.Regression, "gelu", false, false },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_are_the_slopes_that_differences_show(TrainingTask task, string activation, bool batchNorm, bool weights)
    {
        var shape = Shape(task, ("layers", "7, 5"), ("activation", activation), ("batchNorm", batchNorm), ("batchSize", Rows), ("embeddingSize", 3));
        var request = Request(task, weights);
        var network = new NeuralTraining(request, shape);
        var batch = Enumerable.Range(0, Rows).ToArray();
        double Loss() => network.Gradient(batch, (new Random(1), 0), out _);
        Loss();
        network.Gradient(batch, (new Random(1), 0), out var gradient);
        var slopes = (float[])gradient.Clone();
        var random = new Random(11);

        for (var trial = 0; trial < 12; trial++)
        {
            // Along a random direction: all weights are in it, and single precision is enough.
            var direction = slopes.Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            var expected = slopes.Zip(direction, (s, d) => (double)s * d).Sum();
            const float step = 2e-3f;
            Move(step);
            var above = Loss();
            Move(-2 * step);
            var below = Loss();
            Move(step);

            var shown = (above - below) / (2 * step);

            Assert.True(Math.Abs(shown - expected) <= (0.02 * Math.Abs(expected)) + 2e-3, $"{shown} instead of {expected}");

            void Move(float far)
            {
                for (var i = 0; i < direction.Length; i++)
                {
                    network.Network.Weights[i] += far * direction[i];
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 17)]
    [InlineData(9, 20, 33)]
    [InlineData(64, 31, 8)]
    public void Matrix_products_are_sums_of_products_whatever_the_number_of_threads(int rows, int inner, int columns)
    {
        var random = new Random(3);
        var (a, b) = (Some(rows * inner), Some(inner * columns));
        var turned = new float[a.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var p = 0; p < inner; p++)
            {
                turned[(p * rows) + i] = a[(i * inner) + p];
            }
        }

        var (plain, transposed) = (new float[rows * columns], new float[rows * columns]);
        MatrixProduct.Multiply(a, inner, 1, b, plain, rows, inner, columns, 1);
        MatrixProduct.Multiply(turned, 1, rows, b, transposed, rows, inner, columns, 2);

        Assert.Equal(plain, transposed);
        for (var i = 0; i < plain.Length; i++)
        {
            Assert.Equal(Enumerable.Range(0, inner).Sum(p => (double)a[(i / columns * inner) + p] * b[(p * columns) + (i % columns)]), plain[i], 1e-4);
        }

        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    [Fact]
    public void Large_products_do_not_depend_on_the_number_of_threads()
    {
        var random = new Random(3);
        var (a, b) = (Enumerable.Range(0, 500 * 60).Select(_ => random.NextSingle()).ToArray(), Enumerable.Range(0, 60 * 50).Select(_ => random.NextSingle()).ToArray());
        var (one, three) = (new float[500 * 50], new float[500 * 50]);

        MatrixProduct.Multiply(a, 60, 1, b, one, 500, 60, 50, 1);
        MatrixProduct.Multiply(a, 60, 1, b, three, 500, 60, 50, 3);

        Assert.Equal(one, three);
    }

    [Fact]
    public async Task It_learns_what_no_linear_model_can()
    {
        using var bench = TrainingBench.FromSql("SELECT a, b, CASE WHEN a * b > 0 THEN 'same' ELSE 'other' END AS y FROM (SELECT hash(range) % 2001 / 1000.0 - 1 AS a, hash(range, 1) % 2001 / 1000.0 - 1 AS b FROM range(3000))");
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", Algorithm = "neural-network", Parameters = Set(("layers", "32, 16"), ("epochs", 30), ("batchSize", 64), ("learningRate", 0.005)) };

        var network = await bench.TrainAsync(configuration);
        var line = await bench.TrainAsync(configuration with { Algorithm = "lbfgs-logistic", Parameters = new Dictionary<string, JsonElement>() });

        Assert.True(network.Result.Metrics["auc"] > 0.97, $"{network.Result.Metrics["auc"]}");
        Assert.True(line.Result.Metrics["auc"] < 0.65, $"{line.Result.Metrics["auc"]}");
    }

    [Fact]
    public async Task Embeddings_learn_what_each_of_many_texts_means()
    {
        using var bench = TrainingBench.FromSql("SELECT 'city ' || (range % 40) AS city, random() AS noise, (range % 40) * (range % 40) * 1.0 + random() AS y FROM range(4000)");
        var configuration = new TrainingConfiguration { Task = TrainingTask.Regression, Target = "y", Algorithm = "neural-network", Parameters = Set(("epochs", 40), ("learningRate", 0.01), ("dropout", 0.0)) };

        var embedded = await bench.TrainAsync(configuration);
        var spread = await bench.TrainAsync(configuration with { Parameters = Set(("epochs", 40), ("learningRate", 0.01), ("dropout", 0.0), ("categories", "one-hot")) });

        Assert.True(embedded.Result.Metrics["r2"] > 0.98, $"{embedded.Result.Metrics["r2"]}");
        Assert.True(spread.Result.Metrics["r2"] > 0.98, $"{spread.Result.Metrics["r2"]}");
    }

    [Fact]
    public async Task Early_stopping_keeps_the_weights_of_the_best_epoch()
    {
        using var bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv");
        using var reporter = new CollectingReporter();
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "diabetes", Algorithm = "neural-network", Parameters = Set(("epochs", 300), ("patience", 5), ("batchSize", 32)) };

        var run = await bench.TrainAsync(configuration, reporter);

        var best = reporter.Metrics.Where(m => m.Key == "val_log_loss").MinBy(m => m.Value);
        Assert.Equal(EarlyStop.NoImprovement, run.Result.StoppedEarly);
        Assert.Equal((int)best.Step, run.Result.Iterations);
        Assert.Equal(best.Value, run.Result.Metrics["val_log_loss"], 1e-6);
        Assert.Equal(best.Step + 5, reporter.Metrics.Max(m => m.Step));
    }

    [Fact]
    public async Task Balanced_classes_find_more_of_the_rare_one()
    {
        using var bench = TrainingBench.FromSql("SELECT a, b, CASE WHEN a + hash(a, b) % 1000 / 1000.0 * 0.6 > 1.35 THEN 'rare' ELSE 'usual' END AS y FROM (SELECT hash(range) % 1000 / 1000.0 AS a, hash(range, 1) % 1000 / 1000.0 AS b FROM range(4000))");
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", PositiveClass = "rare", Algorithm = "neural-network", Parameters = Set(("epochs", 20)) };

        foreach (var algorithm in new[] { "neural-network", "lightgbm", "fast-tree", "fast-forest", "lbfgs-logistic", "sdca", "sgd-logistic" })
        {
            var plain = await bench.TrainAsync(configuration with { Algorithm = algorithm, Parameters = algorithm == "neural-network" ? Set(("epochs", 20)) : [] });
            var balanced = await bench.TrainAsync(configuration with { Algorithm = algorithm, Parameters = algorithm == "neural-network" ? Set(("epochs", 20), ("classWeights", "balanced")) : Set(("classWeights", "balanced")) });

            Assert.True(balanced.Result.Metrics["recall"] > plain.Result.Metrics["recall"], $"{algorithm}: recall {balanced.Result.Metrics["recall"]} instead of {plain.Result.Metrics["recall"]}");
        }
    }

    [Theory]
    [InlineData("128, 0")]
    [InlineData("a lot")]
    [InlineData("")]
    [InlineData("1,2,3,4,5,6,7,8,9")]
    public void Layers_that_are_none_are_refused(string layers)
    {
        var configuration = new TrainingConfiguration { Task = TrainingTask.Binary, Target = "y", Algorithm = "neural-network", Parameters = Set(("layers", layers)) };

        var problems = TrainingConfigurationCheck.Find(TrainingBench.Catalog, [new("x", Core.Common.ColumnType.Number), new("y", Core.Common.ColumnType.Text)], configuration);

        Assert.Equal("Give something like 128, 64.", Assert.Single(problems["parameters.layers"]));
    }

    private static FitRequest Request(TrainingTask task, bool weights)
    {
        var random = new Random(5);
        // Three numbers and a category of four levels, sometimes unknown.
        var values = Enumerable.Range(0, Rows).SelectMany(r => new[] { random.NextSingle(), random.NextSingle() - 0.5f, random.NextSingle() * 2, r % 9 == 0 ? float.NaN : r % 4 }).ToArray();
        var labels = Enumerable.Range(0, Rows).Select(r => task == TrainingTask.Regression ? random.NextSingle() * 10 : r % (task == TrainingTask.Binary ? 2 : 3)).ToArray();
        return new(
            task,
            task switch { TrainingTask.Binary => 2, TrainingTask.Multiclass => 3, _ => 0 },
            new(new(values, Rows, 4), labels, weights ? [.. Enumerable.Range(0, Rows).Select(r => 0.5f + (r % 3))] : null),
            null,
            [new("a", 0, false), new("b", 1, false), new("c", 2, false), new("d", 3, true)],
            new(TrainingConfigurationCheck.Complete(new NeuralNetworkAlgorithm().Descriptor, task, Set(("batchSize", Rows)))),
            1,
            1,
            FitMonitor.Quiet);
    }

    private static NetworkShape Shape(TrainingTask task, params (string Name, object Value)[] set)
    {
        var p = new ParameterValues(TrainingConfigurationCheck.Complete(new NeuralNetworkAlgorithm().Descriptor, task, Set(set)));
        var request = Request(task, false);
        return NetworkShape.Of(
            request.Train.Features,
            request.Slots,
            [.. p.Text("layers").Split(',').Select(int.Parse)],
            Activations.Of(p.Text("activation")),
            p.Boolean("batchNorm"),
            task == TrainingTask.Multiclass ? 3 : 1,
            embed: true,
            p.Integer("embeddingSize"));
    }

    private static Dictionary<string, JsonElement> Set(params (string Name, object Value)[] values) => values.ToDictionary(v => v.Name, v => JsonSerializer.SerializeToElement(v.Value));
}
