using System.Text.Json;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Models;

/// <summary>First entry of a saved model: what it is and what belongs to it.</summary>
/// <param name="Format">Version of the layout of the zip.</param>
/// <param name="ModelFormat">Which reader of <see cref="Algorithms.TrainedModels"/> understands <c>model.bin</c>.</param>
/// <param name="Files">Other entries → SHA-256.</param>
internal sealed record ModelManifest(
    int Format,
    string Algorithm,
    TrainingTask Task,
    string ModelFormat,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    int Seed,
    IReadOnlyDictionary<string, string> Files)
{
    public const int CurrentFormat = 1;

    /// <summary>A model with a recipe: whoever only knows the other format must not answer without it.</summary>
    public const int RecipeFormat = 2;
}

/// <summary>Some training rows and what the model said about them when it was saved; checked whenever it is loaded.</summary>
internal sealed record GoldenRows(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows, IReadOnlyList<PredictionRow> Predictions);

/// <summary>What a saved model is made of.</summary>
internal sealed record ModelParts(
    string Algorithm,
    ModelSignature Signature,
    FeaturePipeline Pipeline,
    Algorithms.ITrainedModel Model,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    int Seed,
    FittedRecipe? Recipe = null);
