namespace MLHub.Core.Evaluation;

/// <param name="Labels">Classes; binary: negative first, positive second.</param>
/// <param name="Counts">Row = actual class, column = predicted class.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<long>> Counts);

/// <param name="Support">Rows of the class.</param>
public sealed record ClassEvaluation(string Label, double Precision, double Recall, double F1, long Support);
