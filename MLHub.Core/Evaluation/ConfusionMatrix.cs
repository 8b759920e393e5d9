using System.Text.Json.Serialization;

namespace MLHub.Core.Evaluation;

/// <param name="Labels">Classes; binary: negative first, positive second.</param>
/// <param name="Counts">Row = actual class, column = predicted class.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<long>> Counts);

/// <param name="Support">Rows of the class.</param>
public sealed record ClassEvaluation(string Label, double Precision, double Recall, double F1, long Support)
{
    /// <summary>Area under the ROC curve of the class against all others; <c>null</c> when it is not defined or there are too many classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Auc { get; init; }
}

/// <param name="Name"><c>macro</c>: every class counts the same; <c>weighted</c>: by its rows; <c>micro</c>: every row counts the same.</param>
public sealed record ClassAverage(string Name, double Precision, double Recall, double F1);
