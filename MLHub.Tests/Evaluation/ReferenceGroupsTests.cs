using System.Text.Json;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;
using MLHub.Training.Preparation;

namespace MLHub.Tests.Evaluation;

/// <summary>
/// Groups, planes and unusual rows against scikit-learn's figures. <c>reference/groups.json</c> was written by
/// <c>reference/make_groups.py</c> with scikit-learn 1.2.1 of Debian 12.
/// </summary>
public sealed class ReferenceGroupsTests
{
    private static readonly JsonElement _reference = Read();

    public static TheoryData<string> Clusterings() => [.. _reference.GetProperty("clustering").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Clusterings))]
    public void Groups_are_judged_as_by_scikit_learn(string name)
    {
        var reference = _reference.GetProperty("clustering").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var rows = Matrix(reference);
        var labels = reference.GetProperty("labels").EnumerateArray().Select(l => l.GetInt32()).ToArray();

        var metrics = ClusterMetrics.Of(rows, labels, new double[labels.Length], seed: 1).Values;

        AssertAsIn(reference, "silhouette", metrics, "silhouette");
        if (reference.TryGetProperty("silhouette", out _))
        {
            AssertAsIn(reference, "daviesBouldin", metrics, "davies_bouldin");
        }
    }

    [Fact]
    public void A_large_table_is_judged_by_a_sample_and_says_so()
    {
        var random = new Random(3);
        var rows = new FeatureMatrix([.. Enumerable.Range(0, 12_000).SelectMany(r => new[] { (r % 2 * 10) + random.NextSingle(), random.NextSingle() })], 12_000, 2);
        var labels = Enumerable.Range(0, 12_000).Select(r => r % 2).ToArray();

        var first = ClusterMetrics.Of(rows, labels, new double[labels.Length], seed: 5);
        var second = ClusterMetrics.Of(rows, labels, new double[labels.Length], seed: 5);

        Assert.Equal(first.Values["silhouette"], second.Values["silhouette"]);
        // Two unit squares, ten apart: a is about 0.52, b about 10.
        Assert.InRange(first.Values["silhouette"], 0.93, 0.96);
        Assert.Contains("5000 of 12000 rows, drawn with the seed 5", Assert.Single(first.Undefined), StringComparison.Ordinal);
    }

    [Fact]
    public void The_map_has_the_directions_of_scikit_learns_PCA()
    {
        var reference = _reference.GetProperty("plane");

        var (explained, places) = PrincipalPlane.Of(Matrix(reference));

        Assert.All(Numbers(reference, "explained").Zip(explained), p => Assert.Equal(p.First, p.Second, 1e-6));
        foreach (var (theirs, ours) in reference.GetProperty("places").EnumerateArray().Select(Numbers).Zip(places))
        {
            // A direction may point either way.
            var sign = Math.Sign(theirs[0] * ours[0]);
            Assert.All(theirs.Zip(ours), p => Assert.Equal(p.First, sign * p.Second, 1e-3));
        }
    }

    [Fact]
    public void Distances_from_a_plane_are_those_of_scikit_learns_PCA_and_their_parts_add_up()
    {
        var reference = _reference.GetProperty("plane");
        var rows = Matrix(reference);
        using var model = new PlaneModel(
            [.. Numbers(reference, "mean").Select(v => (float)v)], [.. reference.GetProperty("directions").EnumerateArray().Select(d => Numbers(d).Select(v => (float)v).ToArray())]);

        var scores = model.Score(rows, 1);
        var parts = model.Contribute(rows, 1);

        Assert.All(Numbers(reference, "distances").Zip(scores), p => Assert.Equal(p.First, p.Second, 1e-4));
        Assert.All(Enumerable.Range(0, scores.Length), r => Assert.Equal(scores[r], parts.AsSpan(r * 7, 7).ToArray().Sum(), 1e-9));
    }

    [Fact]
    public void Isolation_forests_measure_depth_as_scikit_learn_does() =>
        Assert.All(_reference.GetProperty("usualDepth").EnumerateObject(), n => Assert.Equal(n.Value.GetDouble(), IsolationForestAlgorithm.UsualDepth(int.Parse(n.Name)), 1e-9));

    [Fact]
    public void Averages_over_classes_equal_those_of_scikit_learn()
    {
        var reference = _reference.GetProperty("averages");

        var averages = MulticlassMetrics.Averages(["a", "b", "c", "d"], Numbers(reference, "actual"), Numbers(reference, "scores"));

        Assert.All(averages, a => Assert.All(
            Numbers(reference.GetProperty("expected").GetProperty(a.Name)).Zip([a.Precision, a.Recall, a.F1]), p => Assert.Equal(p.First, p.Second, 1e-9)));
        Assert.Equal(["macro", "weighted", "micro"], averages.Select(a => a.Name));
    }

    [Fact]
    public void An_interval_is_as_wide_as_theory_has_it_and_shrinks_with_the_rows()
    {
        // Accuracy is a share: its standard error is sqrt(p (1 − p) / n).
        static double Width(int rows)
        {
            var random = new Random(9);
            var actual = Enumerable.Range(0, rows).Select(r => r % 2d).ToArray();
            var scores = actual.Select(a => random.NextDouble() < 0.8 ? a : 1 - a).ToArray();
            var scored = new ScoredRows("test", [.. Enumerable.Range(0, rows).Select(r => (long)r)], actual, scores);
            var estimates = MetricSet.Of(TrainingTask.Binary, 2, actual, scores).Values;
            var interval = Bootstrap.Intervals(TrainingTask.Binary, 2, scored, estimates, 4, CancellationToken.None)["accuracy"];
            Assert.InRange(estimates["accuracy"], interval.Low, interval.High);
            return interval.High - interval.Low;
        }

        // 1.96 standard errors to each side, for rows resampled as they are and for more rows than are resampled.
        Assert.InRange(Width(1000) / (2 * 1.96 * Math.Sqrt(0.8 * 0.2 / 1000)), 0.8, 1.2);
        Assert.InRange(Width(40_000) / (2 * 1.96 * Math.Sqrt(0.8 * 0.2 / 40_000)), 0.8, 1.2);
    }

    [Fact]
    public void A_threshold_counts_the_rows_from_it_on()
    {
        var counts = BinaryMetrics.Thresholds([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]);

        Assert.Equal(101, counts.Count);
        Assert.Equal((2, 2), (counts[0].TruePositives, counts[0].FalsePositives));
        Assert.Equal((2, 1), (counts[50].TruePositives, counts[50].FalsePositives));
        Assert.Equal((1, 0), (counts[51].TruePositives, counts[51].FalsePositives));
        Assert.Equal((0, 0), (counts[100].TruePositives, counts[100].FalsePositives));
    }

    [Fact]
    public void Errors_by_tenths_of_the_predictions_are_counted_by_hand()
    {
        var predicted = Enumerable.Range(0, 20).Select(r => (double)r).ToArray();
        var actual = predicted.Select(p => p < 10 ? p + 1 : p - 2).ToArray();

        var deciles = RegressionMetrics.Deciles(actual, predicted);

        Assert.Equal(10, deciles.Count);
        Assert.Equal((0, 1, 2, 1, 1), (deciles[0].From, deciles[0].To, deciles[0].Rows, deciles[0].Mae, deciles[0].Bias));
        Assert.Equal((18, 19, 2, 2, -2), (deciles[9].From, deciles[9].To, deciles[9].Rows, deciles[9].Mae, deciles[9].Bias));
    }

    private static void AssertAsIn(JsonElement reference, string theirs, IReadOnlyDictionary<string, double> metrics, string ours)
    {
        if (reference.TryGetProperty(theirs, out var expected))
        {
            Assert.Equal(expected.GetDouble(), metrics[ours], 1e-5);
        }
        else
        {
            Assert.DoesNotContain(ours, metrics.Keys);
        }
    }

    private static FeatureMatrix Matrix(JsonElement reference)
    {
        var values = Numbers(reference, "rows");
        var columns = reference.GetProperty("columns").GetInt32();
        return new([.. values.Select(v => (float)v)], values.Length / columns, columns);
    }

    private static double[] Numbers(JsonElement reference, string name) => Numbers(reference.GetProperty(name));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];

    private static JsonElement Read()
    {
        using var stream = typeof(ReferenceGroupsTests).Assembly.GetManifestResourceStream("MLHub.Tests.Evaluation.reference.groups.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
