using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;
using MLHub.Training.Preparation;

namespace MLHub.Training.Models;

/// <summary>
/// A model as it is stored: raw columns in, answers out. Belongs into a scoring or training process, not into the web process, because a
/// model may run native code. Predicting is safe from several threads.
/// </summary>
public sealed class SavedModel : IDisposable
{
    private const string ManifestEntry = "manifest.json";
    private const string SignatureEntry = "signature.json";
    private const string PipelineEntry = "pipeline.json";
    private const string GoldenEntry = "golden.json";
    private const string RecipeEntry = "recipe.json";
    private const string ReadmeEntry = "README.txt";
    private const string ModelEntry = "model.bin";

    /// <summary>Prediction on another processor may differ in the last digits.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Zip's earliest time: equal models have equal bytes.</summary>
    private static readonly DateTimeOffset _noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IReadOnlyList<ColumnSchema> _columns;
    private readonly FeaturePipeline _pipeline;
    private readonly ITrainedModel _model;
    private readonly FittedRecipe? _recipe;

    /// <summary>Its engine answers one question at a time.</summary>
    private readonly Lock _turn = new();
    private RecipeScorer? _scorer;

    internal SavedModel(ModelSignature signature, FittedRecipe? recipe, FeaturePipeline pipeline, ITrainedModel model)
    {
        _recipe = recipe;
        Signature = signature;
        _columns = [.. signature.Inputs.Select(i => new ColumnSchema(i.Name, i.Type))];
        (_pipeline, _model) = (pipeline, model);
    }

    public ModelSignature Signature { get; }

    /// <summary>Whether predictions can come with exact contributions of the columns.</summary>
    public bool CanExplain => _model is IExplains;

    internal ITrainedModel Model => _model;

    internal FeaturePipeline Pipeline => _pipeline;

    /// <summary>Opens a model and checks that it still answers its golden rows as when it was saved.</summary>
    /// <exception cref="HubException"><c>MODEL_DAMAGED</c>.</exception>
    public static SavedModel Load(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var manifest = Read<ModelManifest>(zip, ManifestEntry, null);
            if (manifest.Format is not (ModelManifest.CurrentFormat or ModelManifest.RecipeFormat))
            {
                throw HubException.Impossible($"This model has the format {manifest.Format}; this version of MLHub reads formats {ModelManifest.CurrentFormat} and {ModelManifest.RecipeFormat}.", "MODEL_FORMAT");
            }

            var recipe = manifest.Format == ModelManifest.RecipeFormat ? Read<FittedRecipe>(zip, RecipeEntry, manifest) : null;
            var golden = Read<GoldenRows>(zip, GoldenEntry, manifest);
            var model = TrainedModels.Read(manifest.ModelFormat, new MemoryStream(Bytes(zip, ModelEntry, manifest)));
            var saved = new SavedModel(Read<ModelSignature>(zip, SignatureEntry, manifest), recipe, Read<FeaturePipeline>(zip, PipelineEntry, manifest), model);
            saved.RequireSameAnswers(golden);
            return saved;
        }
        catch (Exception broken) when (broken is InvalidDataException or JsonException or EndOfStreamException)
        {
            throw HubException.Impossible("The stored model is damaged and cannot be used. Train it again.", "MODEL_DAMAGED");
        }
    }

    /// <param name="rows">Column → value, as in JSON.</param>
    /// <param name="explain">Also say what each column contributed, where the learner can.</param>
    /// <exception cref="HubException">422 with <c>errors</c> keyed <c>rows[3].age</c>.</exception>
    public Predictions Predict(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, bool explain = false, int threads = 1)
    {
        var (cells, ignored) = RowParser.Parse(Signature, rows);
        return new(Predict(cells, explain, threads), ignored);
    }

    /// <param name="cells">In the order of the signature's inputs, in the types of the engine; <c>null</c> when missing.</param>
    internal IReadOnlyList<PredictionRow> Predict(IReadOnlyList<object?[]> cells, bool explain, int threads)
    {
        var matrix = _pipeline.Transform(Prepare(cells));
        var scores = _model.Score(matrix, threads);
        var outputs = _model.Outputs;
        var answers = new PredictionRow[cells.Count];
        for (var r = 0; r < answers.Length; r++)
        {
            answers[r] = Answer(scores.AsSpan(r * outputs, outputs));
        }

        if (explain && _model is IExplains explainer)
        {
            Explain(explainer.Contribute(matrix, threads), scores, answers);
        }

        return answers;
    }

    /// <summary>Raw scores, <see cref="ITrainedModel.Outputs"/> for each row.</summary>
    internal double[] Score(IReadOnlyList<object?[]> cells, int threads) => _model.Score(_pipeline.Transform(Prepare(cells)), threads);

    public void Dispose()
    {
        _scorer?.Dispose();
        _model.Dispose();
    }

    /// <summary>Writes a model, reads it back and lets it answer its golden rows, so that a model which cannot be loaded is never stored.</summary>
    internal static SavedModel Write(string path, ModelParts parts, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> goldenRows)
    {
        using var model = new MemoryStream();
        parts.Model.Write(model);
        var unsaved = new SavedModel(parts.Signature, parts.Recipe, parts.Pipeline, parts.Model);
        var files = new Dictionary<string, byte[]>
        {
            [SignatureEntry] = Json(parts.Signature),
            [PipelineEntry] = Json(parts.Pipeline),
            [GoldenEntry] = Json(new GoldenRows(goldenRows, unsaved.Predict(goldenRows).Rows)),
            [ModelEntry] = model.ToArray(),
            [ReadmeEntry] = Encoding.UTF8.GetBytes(ModelNote.Of(parts)),
        };
        if (parts.Recipe is { } recipe)
        {
            files[RecipeEntry] = Json(recipe);
        }

        var manifest = new ModelManifest(
            parts.Recipe is null ? ModelManifest.CurrentFormat : ModelManifest.RecipeFormat,
            parts.Algorithm,
            parts.Signature.Output.Task,
            parts.Model.Format,
            parts.Parameters,
            parts.Seed,
            files.ToDictionary(f => f.Key, f => Convert.ToHexStringLower(SHA256.HashData(f.Value))));
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in files.Prepend(new(ManifestEntry, Json(manifest))))
            {
                var entry = zip.CreateEntry(name);
                entry.LastWriteTime = _noTime;
                using var stream = entry.Open();
                stream.Write(bytes);
            }
        }

        return Load(path);
    }

    private RawTable Prepare(IReadOnlyList<object?[]> cells)
    {
        if (_recipe is null)
        {
            return CellTable.Of(_columns, cells);
        }

        var rows = cells.Select(WholeNumbers).ToList();
        lock (_turn)
        {
            _scorer ??= new(_recipe);
            return CellTable.Of(_recipe.Output, _scorer.Apply(rows, CancellationToken.None));
        }
    }

    /// <summary>A column of whole numbers is one in the engine of a recipe, too; a pipeline alone takes any number.</summary>
    private object?[] WholeNumbers(object?[] row, int index)
    {
        object?[]? changed = null;
        for (var i = 0; i < row.Length; i++)
        {
            if (_columns[i].Type == ColumnType.Integer && row[i] is double number)
            {
                changed ??= (object?[])row.Clone();
                changed[i] = number == Math.Floor(number) && Math.Abs(number) < long.MaxValue
                    ? (long)number
                    : throw new HubException(Refusal.Impossible, $"rows[{index}].{_columns[i].Name}: must be a whole number", "BAD_ROWS")
                    {
                        Errors = new Dictionary<string, string[]> { [$"rows[{index}].{_columns[i].Name}"] = ["must be a whole number"] },
                    };
            }
        }

        return changed ?? row;
    }

    private PredictionRow Answer(ReadOnlySpan<double> scores)
    {
        var output = Signature.Output;
        if (output.Task == TrainingTask.Clustering)
        {
            var nearest = CentreModel.Nearest(scores);
            return new(JsonSerializer.SerializeToElement(nearest + 1)) { Score = scores[nearest] };
        }

        if (output.Task == TrainingTask.Anomaly)
        {
            return new(JsonSerializer.SerializeToElement(scores[0] >= output.Threshold)) { Score = scores[0] };
        }

        if (output.Classes is not { } classes)
        {
            return new(JsonSerializer.SerializeToElement(scores[0]));
        }

        if (output.Task == TrainingTask.Binary)
        {
            var predicted = scores[0] >= BinaryMetrics.Threshold ? 1 : 0;
            return new(output.Class(classes[predicted]))
            {
                Score = scores[0],
                Probabilities = new Dictionary<string, double> { [classes[0]] = 1 - scores[0], [classes[1]] = scores[0] },
            };
        }

        var best = MulticlassMetrics.Predicted(scores);
        var probabilities = new Dictionary<string, double>(classes.Count);
        for (var c = 0; c < classes.Count; c++)
        {
            probabilities[classes[c]] = scores[c];
        }

        return new(output.Class(classes[best])) { Score = scores[best], Probabilities = probabilities };
    }

    private void Explain(double[] contributions, double[] scores, PredictionRow[] answers)
    {
        var (outputs, width) = (_model.Outputs, _pipeline.Slots.Count + 1);
        for (var r = 0; r < answers.Length; r++)
        {
            var output = MulticlassMetrics.Predicted(scores.AsSpan(r * outputs, outputs));
            var ofRow = contributions.AsSpan(((r * outputs) + output) * width, width);
            var columns = _pipeline.Columns.ToDictionary(c => c.Schema.Name, _ => 0d);
            for (var s = 0; s < width - 1; s++)
            {
                columns[_pipeline.Columns[_pipeline.Slots[s].Column].Schema.Name] += ofRow[s];
            }

            answers[r] = answers[r] with { Contributions = new(ofRow[^1], columns) };
        }
    }

    private void RequireSameAnswers(GoldenRows golden)
    {
        var answers = Predict(golden.Rows).Rows;
        for (var r = 0; r < answers.Count; r++)
        {
            var (now, then) = (Numbers(answers[r]), Numbers(golden.Predictions[r]));
            if (now.Zip(then).Any(p => !(Math.Abs(p.First - p.Second) <= Tolerance * Math.Max(1, Math.Abs(p.Second)))))
            {
                throw HubException.Impossible("The stored model no longer gives the answers that it gave when it was saved. Train it again.", "MODEL_DAMAGED");
            }
        }
    }

    private static IEnumerable<double> Numbers(PredictionRow row) =>
        row.Probabilities is { } probabilities ? probabilities.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value) : [row.Score ?? row.Prediction.GetDouble()];

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, HubJson.Options);

    private static T Read<T>(ZipArchive zip, string name, ModelManifest? manifest) =>
        JsonSerializer.Deserialize<T>(Bytes(zip, name, manifest), HubJson.Options) ?? throw new InvalidDataException(name);

    private static byte[] Bytes(ZipArchive zip, string name, ModelManifest? manifest)
    {
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException(name);
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var content = bytes.ToArray();
        return manifest is null || manifest.Files[name] == Convert.ToHexStringLower(SHA256.HashData(content)) ? content : throw new InvalidDataException(name);
    }
}

/// <param name="Rows">One answer per row.</param>
/// <param name="IgnoredColumns">Columns that the model does not know.</param>
public sealed record Predictions(IReadOnlyList<PredictionRow> Rows, IReadOnlyList<string> IgnoredColumns);
