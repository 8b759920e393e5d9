namespace MLHub.Core.Evaluation;

/// <param name="Threshold">Rows with at least this score are called positive; <c>null</c> at the point where none is.</param>
public sealed record RocPoint(double Fpr, double Tpr, double? Threshold);

/// <param name="Threshold">Rows with at least this score are called positive; <c>null</c> at the point where none is.</param>
public sealed record PrecisionRecallPoint(double Recall, double Precision, double? Threshold);

/// <param name="Predicted">Mean score of the rows in this range.</param>
/// <param name="Actual">Share of positive rows among them.</param>
public sealed record CalibrationBin(double From, double To, long Count, double Predicted, double Actual);

public sealed record ScoreBin(double From, double To, long Positive, long Negative);

/// <param name="Auc"><c>null</c> when the class or its opposite does not occur.</param>
public sealed record ClassRoc(string Label, double? Auc, IReadOnlyList<RocPoint> Points);

public sealed record PredictedActual(long RowId, double Predicted, double Actual);

public sealed record HistogramBin(double From, double To, long Count);

/// <summary>What a threshold makes of the scores: rows called positive that are, and that are not.</summary>
public sealed record ThresholdCounts(double Threshold, long TruePositives, long FalsePositives);

/// <summary>A tenth of the rows, by what was predicted.</summary>
/// <param name="From">Smallest prediction among them.</param>
/// <param name="Bias">Mean of actual minus predicted.</param>
public sealed record ErrorDecile(double From, double To, long Rows, double Mae, double Bias);
