using System.Text.Json;
using MLHub.Core.Training;
using MLHub.Training.Evaluation;

namespace MLHub.Tests.Evaluation;

/// <summary>
/// Our metrics against scikit-learn's on the same predictions. <c>reference/reference.json</c> was written by
/// <c>reference/make_reference.py</c> with scikit-learn 1.2.1 of Debian 12.
/// </summary>
public sealed class ReferenceMetricsTests
{
    private static readonly JsonElement _reference = Read();

    public static TheoryData<string, string> Cases() => Cases("binary", "multiclass", "regression");

    public static TheoryData<string, string> ClassificationCases() => Cases("binary", "multiclass");

    public static TheoryData<string, string> MulticlassCases() => Cases("multiclass");

    private static TheoryData<string, string> Cases(params string[] tasks)
    {
        var cases = new TheoryData<string, string>();
        foreach (var task in tasks)
        {
            foreach (var one in _reference.GetProperty(task).EnumerateArray())
            {
                cases.Add(task, one.GetProperty("name").GetString()!);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Metrics_equal_those_of_scikit_learn(string task, string name)
    {
        var reference = Find(task, name);

        var metrics = MetricSet.Of(Enum.Parse<TrainingTask>(task, ignoreCase: true), Classes(reference), Numbers(reference, "actual"), Numbers(reference, "scores"));

        var expected = reference.GetProperty("expected").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
        Assert.Equal(expected.Keys.Order(), metrics.Values.Keys.Order());
        Assert.All(expected, e => Assert.True(Math.Abs(e.Value - metrics.Values[e.Key]) <= 1e-9 * Math.Max(1, Math.Abs(e.Value)), $"{e.Key}: {metrics.Values[e.Key]:R} instead of {e.Value:R}"));
    }

    [Theory]
    [MemberData(nameof(ClassificationCases))]
    public void Confusion_matrices_equal_those_of_scikit_learn(string task, string name)
    {
        var reference = Find(task, name);

        var labels = Enumerable.Range(0, task == "binary" ? 2 : Classes(reference)).Select(c => c.ToString()).ToList();
        var (actual, scores) = (Numbers(reference, "actual"), Numbers(reference, "scores"));
        var matrix = task == "binary" ? BinaryMetrics.Confusion(labels, actual, scores) : MulticlassMetrics.Confusion(labels, actual, scores);

        var expected = reference.GetProperty("confusion").EnumerateArray().Select(r => r.EnumerateArray().Select(c => c.GetInt64()).ToArray()).ToArray();
        Assert.Equal(expected, matrix.Counts);
    }

    [Theory]
    [MemberData(nameof(MulticlassCases))]
    public void Figures_per_class_equal_those_of_scikit_learn(string task, string name)
    {
        var reference = Find(task, name);

        var labels = Enumerable.Range(0, Classes(reference)).Select(c => c.ToString()).ToList();
        var (actual, scores) = (Numbers(reference, "actual"), Numbers(reference, "scores"));
        var perClass = MulticlassMetrics.PerClass(labels, actual, scores);
        var rest = MulticlassMetrics.OneVersusRest(labels, actual, scores);

        AssertClose(Numbers(reference, "precision"), perClass.Select(c => c.Precision));
        AssertClose(Numbers(reference, "recall"), perClass.Select(c => c.Recall));
        AssertClose(Numbers(reference, "f1"), perClass.Select(c => c.F1));
        var aucs = reference.GetProperty("aucPerClass").EnumerateArray().Select(a => a.ValueKind == JsonValueKind.Null ? -1 : a.GetDouble());
        AssertClose(aucs, rest.Select(r => r.Auc ?? -1));
    }

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual) =>
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-9));

    private static JsonElement Find(string task, string name) =>
        _reference.GetProperty(task).EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private static int Classes(JsonElement reference) => reference.TryGetProperty("classes", out var classes) ? classes.GetInt32() : 2;

    private static double[] Numbers(JsonElement reference, string name) => [.. reference.GetProperty(name).EnumerateArray().Select(n => n.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => n.GetDouble(),
    })];

    private static JsonElement Read()
    {
        using var stream = typeof(ReferenceMetricsTests).Assembly.GetManifestResourceStream("MLHub.Tests.Evaluation.reference.reference.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
