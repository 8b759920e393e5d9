using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Training;

/// <summary>What a model takes and gives; predict forms and checks are made from it.</summary>
public sealed record ModelSignature(IReadOnlyList<ModelInput> Inputs, ModelOutput Output);

/// <summary>One raw column that the model reads.</summary>
/// <param name="Nullable">It had missing values in training, so it may be left out of a row. <c>null</c> is understood in every column.</param>
public sealed record ModelInput(string Name, ColumnType Type, bool Nullable)
{
    /// <summary>The values seen in training, most frequent first, when there are few enough to pick from; others are treated as unknown.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Smallest value in training: numbers, or dates as ISO text.</summary>
    public JsonElement? Min { get; init; }

    public JsonElement? Max { get; init; }

    /// <summary>An ordinary value from the training rows.</summary>
    public JsonElement? Example { get; init; }
}

/// <param name="Name">The target column.</param>
/// <param name="Type">Type of the target column.</param>
/// <param name="Classes">Classes in the order of the confusion matrix; <c>null</c> for regression.</param>
public sealed record ModelOutput(string Name, ColumnType Type, TrainingTask Task, IReadOnlyList<string>? Classes);
