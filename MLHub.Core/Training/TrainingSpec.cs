using MLHub.Core.Common;

namespace MLHub.Core.Training;

/// <summary>The document that a <c>run.train</c> job is given: what to compute on which columns.</summary>
/// <param name="Configuration">What the user asked for.</param>
/// <param name="Columns">Columns of the file <see cref="RowsInput"/>, without <see cref="ColumnSchema.RowId"/>.</param>
public sealed record TrainingSpec(TrainingConfiguration Configuration, IReadOnlyList<ColumnSchema> Columns)
{
    public const string JobKind = "run.train";

    /// <summary>Input: Parquet with the rows of the dataset version.</summary>
    public const string RowsInput = "rows";

    /// <summary>Output: the saved model, a zip.</summary>
    public const string ModelOutput = "model";

    /// <summary>
    /// Output: every usable row with <c>__row_id</c>, <c>part</c>, <c>actual</c>, <c>predicted</c>, <c>score</c> (binary and multiclass:
    /// probability of the positive or of the predicted class; clustering: distance to the centre; anomaly: how unusual) and, for multiclass, <c>probability_0</c>, <c>probability_1</c> … in the order of the classes.
    /// </summary>
    public const string PredictionsOutput = "predictions.parquet";

    /// <summary>Output: an <c>EvaluationReport</c> as JSON.</summary>
    public const string EvaluationOutput = "evaluation.json";

    public static IReadOnlyList<string> Outputs { get; } = [ModelOutput, PredictionsOutput, EvaluationOutput];
}
