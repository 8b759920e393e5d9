using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Tests.Training;

public sealed class TrainingConfigurationCheckTests
{
    private static readonly IReadOnlyList<ColumnSchema> _columns =
        [new("x", ColumnType.Number), new("name", ColumnType.Text), new("day", ColumnType.Date), new("y", ColumnType.Text)];

    private static readonly TrainingConfiguration _good = new() { Task = TrainingTask.Binary, Target = "y", Algorithm = "lightgbm" };

    [Fact]
    public void A_sensible_configuration_passes()
    {
        Assert.Empty(Find(_good));
        Assert.Empty(Find(_good with { Features = ["x"], Split = new() { Kind = SplitKind.Time, Column = "day" } }));
    }

    [Fact]
    public void Every_problem_is_named_at_its_field()
    {
        var problems = Find(new()
        {
            Task = TrainingTask.Regression,
            Target = "y",
            PositiveClass = "a",
            Features = ["x", "y", "z"],
            Algorithm = "lbfgs-logistic",
            Parameters = new Dictionary<string, JsonElement> { ["l2"] = JsonSerializer.SerializeToElement(-1), ["iterations"] = JsonSerializer.SerializeToElement(1.5), ["typo"] = JsonSerializer.SerializeToElement(1) },
            Split = new() { Kind = SplitKind.Stratified, TestFraction = 1, ValidationFraction = double.NaN, Folds = 3, Column = "x" },
            MaxSeconds = 0,
        });

        Assert.Equal(
            ["algorithm", "features", "maxSeconds", "parameters.iterations", "parameters.l2", "parameters.typo", "positiveClass", "split.column", "split.folds", "split.kind", "split.testFraction", "split.validationFraction", "target"],
            problems.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, problems["features"].Length);
    }

    [Fact]
    public void One_problem_is_the_message_itself()
    {
        var refusal = Assert.Throws<HubException>(() => TrainingConfigurationCheck.Require(TrainingBench.Catalog, _columns, _good with { Target = "z" }));

        Assert.Equal(("There is no column 'z'.", Refusal.Impossible), (refusal.Message, refusal.Refusal));
        Assert.Equal(["target"], refusal.Errors!.Keys);
    }

    [Fact]
    public void Unknown_algorithms_and_those_that_do_not_work_here_are_refused()
    {
        var catalog = new AlgorithmCatalog(TrainingBench.Catalog.All);
        catalog.SetAvailability(new Dictionary<string, string> { ["lightgbm"] = "its native library cannot be loaded" });

        Assert.Contains("native library", TrainingConfigurationCheck.Find(catalog, _columns, _good)["algorithm"][0]);
        Assert.Contains("lightgbm", Find(_good with { Algorithm = "magic" })["algorithm"][0]);
    }

    [Theory]
    [InlineData(ColumnType.Text, 768, 2, TrainingTask.Binary)]
    [InlineData(ColumnType.Boolean, 768, 2, TrainingTask.Binary)]
    [InlineData(ColumnType.Integer, 768, 2, TrainingTask.Binary)]
    [InlineData(ColumnType.Integer, 768, 4, TrainingTask.Multiclass)]
    [InlineData(ColumnType.Integer, 768, 200, TrainingTask.Regression)]
    [InlineData(ColumnType.Number, 768, 5, TrainingTask.Regression)]
    [InlineData(ColumnType.Text, 150, 3, TrainingTask.Multiclass)]
    [InlineData(ColumnType.Text, 150, 150, null)]
    [InlineData(ColumnType.Text, 1_000_000, 100_000, null)]
    [InlineData(ColumnType.Text, 150, 1, null)]
    [InlineData(ColumnType.Number, 0, 0, null)]
    [InlineData(ColumnType.Date, 150, 100, null)]
    public void The_task_is_suggested_from_the_target(ColumnType type, long count, long distinct, TrainingTask? task)
    {
        Assert.Equal(task, TaskSuggestion.For(type, count, distinct).Task);
    }

    private static IReadOnlyDictionary<string, string[]> Find(TrainingConfiguration configuration) => TrainingConfigurationCheck.Find(TrainingBench.Catalog, _columns, configuration);
}
