using System.Text;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Models;
using MLHub.Training.Preparation;

namespace MLHub.Tests.Training;

public sealed class SavedModelTests : IAsyncLifetime
{
    private TrainingBench _bench = null!;
    private TrainedRun _run = null!;
    private SavedModel _model = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = TrainingBench.FromCsv("PimaIndiansDiabetes2.csv", "SELECT *, CASE WHEN age < 30 THEN 'young' ELSE 'old' END AS stage FROM data");
        _run = await _bench.TrainAsync(new() { Task = TrainingTask.Binary, Target = "diabetes", Algorithm = "lightgbm" });
        _model = _run.Load();
    }

    public ValueTask DisposeAsync()
    {
        _model.Dispose();
        _bench.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void The_signature_describes_the_raw_columns()
    {
        var glucose = _model.Signature.Inputs.Single(i => i.Name == "glucose");
        var stage = _model.Signature.Inputs.Single(i => i.Name == "stage");

        Assert.Equal(["pregnant", "glucose", "pressure", "triceps", "insulin", "mass", "pedigree", "age", "stage"], _model.Signature.Inputs.Select(i => i.Name));
        Assert.Equal((ColumnType.Integer, 44L), (glucose.Type, glucose.Min!.Value.GetInt64()));
        Assert.Equal(["old", "young"], stage.Choices!.Order());
        Assert.Equal(("diabetes", ColumnType.Text), (_model.Signature.Output.Name, _model.Signature.Output.Type));
    }

    [Fact]
    public void Numbers_may_come_as_text_and_unknown_columns_are_named_and_ignored()
    {
        var plain = _model.Predict([Row()]);
        var texts = _model.Predict([Row(("glucose", "148"), ("mass", " 33.6 "), ("colour", "red"), ("diabetes", "pos"))]);

        Assert.Equal(plain.Rows[0].Score, texts.Rows[0].Score);
        Assert.Empty(plain.IgnoredColumns);
        Assert.Equal(["colour"], texts.IgnoredColumns);
    }

    [Fact]
    public void Every_bad_value_is_named_by_row_and_column()
    {
        var incomplete = Row();
        incomplete.Remove("age");
        incomplete.Remove("insulin");

        var refusal = Assert.Throws<HubException>(() => _model.Predict([Row(), Row(("glucose", "high"), ("mass", true)), incomplete]));

        Assert.Equal((Refusal.Impossible, "BAD_ROWS"), (refusal.Refusal, refusal.Code));
        // insulin had missing values in training and may be left out; age had none.
        Assert.Equal(["rows[1].glucose", "rows[1].mass", "rows[2].age"], refusal.Errors!.Keys.Order());
    }

    [Fact]
    public void Null_and_values_never_seen_are_answered()
    {
        var answers = _model.Predict([Row(("age", null), ("stage", "ancient")), Row(("glucose", 1e300), ("stage", null))]).Rows;

        Assert.All(answers, a => Assert.InRange(a.Score!.Value, 0, 1));
    }

    [Fact]
    public void Contributions_of_the_columns_add_up_to_the_raw_score()
    {
        var answer = _model.Predict([Row()], explain: true).Rows[0];

        var logOdds = Math.Log(answer.Score!.Value / (1 - answer.Score.Value));
        Assert.Equal(logOdds, answer.Contributions!.Bias + answer.Contributions.Columns.Values.Sum(), 1e-6);
        Assert.Equal(_model.Signature.Inputs.Select(i => i.Name), answer.Contributions.Columns.Keys);
    }

    [Fact]
    public async Task Contributions_add_up_for_several_classes_and_numbers_too()
    {
        using var iris = TrainingBench.FromCsv("iris.csv");
        using var air = TrainingBench.FromCsv("airquality.csv");
        using var species = (await iris.TrainAsync(new() { Task = TrainingTask.Multiclass, Target = "Species", Algorithm = "lightgbm" })).Load();
        using var ozone = (await air.TrainAsync(new() { Task = TrainingTask.Regression, Target = "Ozone", Algorithm = "lightgbm" })).Load();

        var number = ozone.Predict([Example(ozone)], explain: true).Rows[0];
        var matrix = species.Pipeline.Transform(CellTable.Of([.. species.Signature.Inputs.Select(i => new ColumnSchema(i.Name, i.Type))], RowParser.Parse(species.Signature, [Example(species)]).Cells));
        var raw = ((IExplains)species.Model).Contribute(matrix, 1).Chunk(matrix.Columns + 1).Select(c => c.Sum()).ToArray();

        Assert.Equal(number.Prediction.GetDouble(), number.Contributions!.Bias + number.Contributions.Columns.Values.Sum(), 1e-6);
        Assert.Equal(species.Model.Score(matrix, 1), raw.Select(s => Math.Exp(s) / raw.Sum(Math.Exp)), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public async Task Many_threads_get_the_answers_of_one()
    {
        var rows = Enumerable.Range(0, 200).Select(i => Row(("glucose", 60 + (i % 140)), ("age", 20 + (i % 60)))).ToList();
        var alone = rows.Select(r => _model.Predict([r]).Rows[0].Score).ToList();

        var together = new double?[rows.Count];
        await Parallel.ForAsync(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, (i, _) =>
        {
            together[i] = _model.Predict([rows[i]]).Rows[0].Score;
            return ValueTask.CompletedTask;
        });

        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void A_damaged_file_is_refused_in_words(int fromEnd)
    {
        var bytes = File.ReadAllBytes(_run.ModelPath);
        bytes[^fromEnd] ^= 0xFF;
        bytes[bytes.Length / 2] ^= 0xFF;
        var damaged = Path.Combine(_run.Folder, $"damaged{fromEnd}");
        File.WriteAllBytes(damaged, bytes);

        var refusal = Assert.Throws<HubException>(() => SavedModel.Load(damaged));

        Assert.Equal("MODEL_DAMAGED", refusal.Code);
    }

    [Fact]
    public async Task The_scoring_loop_answers_line_by_line_and_survives_nonsense()
    {
        var lines = string.Join('\n',
            $$"""{"id":1,"rows":[{{JsonSerializer.Serialize(Row())}}]}""",
            """{"id":2,"rows":[{"glucose":"x"}]}""",
            "this is not JSON",
            """{"id":3}""",
            $$"""{"id":4,"rows":[{{JsonSerializer.Serialize(Row())}}],"contributions":true}""");
        using var output = new MemoryStream();

        await ScoringLoop.RunAsync(_run.ModelPath, new MemoryStream(Encoding.UTF8.GetBytes(lines)), output, CancellationToken.None);

        var answers = Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n').Select(HubJson.Read<ScoringAnswer>).ToList();
        Assert.Equal([1, 2, null, 3, 4], answers.Select(a => a.Id));
        Assert.Equal(["BAD_ROWS", "BAD_JSON", "BAD_JSON"], answers[1..4].Select(a => a.Error!.Code));
        Assert.Contains("rows[0].glucose", answers[1].Error!.Errors!.Keys);
        Assert.Equal(_model.Predict([Row()]).Rows[0].Score, answers[0].Predictions![0].Score);
        Assert.NotNull(answers[4].Predictions![0].Contributions);
    }

    private static Dictionary<string, JsonElement> Example(SavedModel model) => model.Signature.Inputs.ToDictionary(i => i.Name, i => i.Example!.Value);

    private static Dictionary<string, JsonElement> Row(params (string Name, object? Value)[] other)
    {
        var row = new Dictionary<string, object?>
        {
            ["pregnant"] = 6,
            ["glucose"] = 148,
            ["pressure"] = 72,
            ["triceps"] = 35,
            ["insulin"] = null,
            ["mass"] = 33.6,
            ["pedigree"] = 0.627,
            ["age"] = 50,
            ["stage"] = "old",
        };
        foreach (var (name, value) in other)
        {
            row[name] = value;
        }

        return row.ToDictionary(c => c.Key, c => JsonSerializer.SerializeToElement(c.Value));
    }
}
