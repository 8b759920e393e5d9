using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
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

/// <param name="Name">The target column; <c>cluster</c> and <c>unusual</c> where there is none.</param>
/// <param name="Type">Type of the target column.</param>
/// <param name="Classes">Classes in the order of the confusion matrix; <c>null</c> where there are none.</param>
public sealed record ModelOutput(string Name, ColumnType Type, TrainingTask Task, IReadOnlyList<string>? Classes)
{
    /// <summary>What a clustering answers: the number of the group, from 1.</summary>
    public static ModelOutput Cluster { get; } = new("cluster", ColumnType.Integer, TrainingTask.Clustering, null);

    /// <summary>Anomaly: rows with at least this score are called unusual. Two classes: rows with at least this score are called positive; <c>null</c> is one half.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }

    /// <summary>A class as a value of the target's type.</summary>
    public JsonElement Class(string label) => Type switch
    {
        ColumnType.Integer => JsonSerializer.SerializeToElement(long.Parse(label, CultureInfo.InvariantCulture)),
        ColumnType.Number => JsonSerializer.SerializeToElement(double.Parse(label, CultureInfo.InvariantCulture)),
        ColumnType.Boolean => JsonSerializer.SerializeToElement(label == "true"),
        _ => JsonSerializer.SerializeToElement(label),
    };

    /// <summary>A saved model of two classes answers with a threshold of one half; the version may have been given another.</summary>
    public PredictionRow Decide(PredictionRow answer) => this is { Task: TrainingTask.Binary, Threshold: { } threshold, Classes: [var negative, var positive] }
        ? answer with { Prediction = Class(answer.Score >= threshold ? positive : negative) }
        : answer;

    /// <summary>What a detector of anomalies answers: whether a row is unusual.</summary>
    public static ModelOutput Unusual(double threshold) => new("unusual", ColumnType.Boolean, TrainingTask.Anomaly, null) { Threshold = threshold };
}
