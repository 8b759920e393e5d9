using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Training;

/// <summary>The question that a model answers.</summary>
public enum TrainingTask
{
    Binary,
    Multiclass,
    Regression,
    Clustering,
    Anomaly,
}

/// <summary>Everything that decides what a run computes; equal configurations on equal data give equal results.</summary>
public sealed record TrainingConfiguration
{
    public required TrainingTask Task { get; init; }

    /// <summary>Column to predict; <c>null</c> only for clustering and anomaly detection. There it labels known anomalies: nothing is learned from it, the result is judged by it.</summary>
    public string? Target { get; init; }

    /// <summary>Binary and labels of anomalies: the value of the target that counts as positive; <c>null</c> lets MLHub choose and say so.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Columns to learn from; <c>null</c> takes all that carry information except the target.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>
    /// A recipe over the columns to learn from: it learns on the training rows alone and travels inside of the model. The target is not among
    /// its columns. Steps that take rows away do so to training rows only: whatever a model is asked about, it answers every row.
    /// </summary>
    public IReadOnlyList<RecipeStep>? Steps { get; init; }

    /// <summary><see cref="AlgorithmDescriptor.Name"/>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Hyper-parameters by name; missing ones take their default.</summary>
    public IReadOnlyDictionary<string, JsonElement> Parameters { get; init; } = new Dictionary<string, JsonElement>();

    public SplitConfiguration Split { get; init; } = new();

    /// <summary>Time budget for training; at its end the model so far is kept.</summary>
    public int? MaxSeconds { get; init; }

    /// <summary>The listed columns, or all but the target and a column that only says where a row belongs.</summary>
    public IReadOnlyList<string> LearnedFrom(IReadOnlyList<ColumnSchema> columns) => Features
        ??
        [
            .. columns.Select(c => c.Name).Where(n => n != Target && n != ColumnSchema.RowId
                && !(n == Split.Column && Split.Kind is SplitKind.Group or SplitKind.Column)),
        ];
}

public enum SplitKind
{
    Random,
    Stratified,
    KFold,
    Group,
    Time,
    Column,
}

/// <summary>How rows are divided into training, validation and test rows. Fractions are of all usable rows.</summary>
public sealed record SplitConfiguration
{
    public SplitKind Kind { get; init; } = SplitKind.Random;

    public double TestFraction { get; init; } = 0.2;

    /// <summary>0 trains without validation rows: no early stopping, no validation curve.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    public int? Folds { get; init; }

    /// <summary>The column that decides, for <see cref="SplitKind.Group"/>, <see cref="SplitKind.Time"/> and <see cref="SplitKind.Column"/>.</summary>
    public string? Column { get; init; }

    public int Seed { get; init; } = 42;
}
