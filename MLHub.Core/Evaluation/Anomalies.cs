namespace MLHub.Core.Evaluation;

/// <summary>What a detector of anomalies found in the rows that it is judged by.</summary>
/// <param name="Threshold">Rows with at least this score are called unusual.</param>
/// <param name="Top">The most unusual rows first.</param>
public sealed record AnomalyEvaluation(double Threshold, long Flagged, IReadOnlyList<HistogramBin> ScoreHistogram, IReadOnlyList<UnusualRow> Top);

/// <param name="Label">What the label column says; <c>null</c> without one.</param>
/// <param name="Reasons">Columns that contribute most to the score; empty where the learner cannot say.</param>
public sealed record UnusualRow(long RowId, double Score, string? Label, IReadOnlyList<UnusualValue> Reasons);

/// <param name="Value">As text; <c>null</c> when it is missing.</param>
/// <param name="Share">Of the score, 0 … 1.</param>
public sealed record UnusualValue(string Column, string? Value, double Share);
