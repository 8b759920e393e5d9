using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLHub.Core.Training;

/// <summary>A model's answer to one row.</summary>
/// <param name="Prediction">
/// A value of the target's type: a number for regression; the class (text, number or boolean as in the data); the number of the group,
/// from 1; or whether the row is unusual.
/// </param>
public sealed record PredictionRow(JsonElement Prediction)
{
    /// <summary>
    /// Binary: probability of the positive class; multiclass: probability of the predicted one; clustering: distance to the group's
    /// centre; anomaly: how unusual the row is.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Score { get; init; }

    /// <summary>Class → probability; their sum is 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Probabilities { get; init; }

    /// <summary>
    /// When asked for and the learner can: what each raw column added to the raw score, and <c>bias</c>. Their sum is the raw score: the
    /// log-odds of the positive class, the predicted class's score, or the predicted number.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PredictionContributions? Contributions { get; init; }
}

/// <param name="Bias">The raw score of a row about which nothing is known.</param>
/// <param name="Columns">Raw column → what its value added.</param>
public sealed record PredictionContributions(double Bias, IReadOnlyDictionary<string, double> Columns);
