using System.Text.Json.Serialization;
using MLHub.Core.Training;

namespace MLHub.Core.Evaluation;

/// <summary>
/// What a finished run is worth, as stored in <c>evaluation.json</c> and answered by <c>GET /runs/{id}/evaluation</c>. Fields of
/// other tasks are absent. Metrics come from all rows; curves are thinned to at most <see cref="MaxCurvePoints"/> points.
/// </summary>
public sealed record EvaluationReport
{
    public const int MaxCurvePoints = 500;

    public const int MaxScatterPoints = 2000;

    /// <summary>Above so many classes there is no ROC per class.</summary>
    public const int MaxOneVersusRestClasses = 20;

    public required TrainingTask Task { get; init; }

    /// <summary>The column that was predicted, or that labels anomalies; empty without one.</summary>
    public required string Target { get; init; }

    /// <summary>The part that the metrics and curves are about: <c>test</c>; <c>validation</c> when no test rows were held out, <c>train</c> when none at all.</summary>
    public required string Part { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The same metrics for a model that ignores all features.</summary>
    public required Baseline Baseline { get; init; }

    /// <summary><c>train</c>, <c>validation</c>, <c>test</c> → their metrics.</summary>
    public required IReadOnlyDictionary<string, PartEvaluation> Parts { get; init; }

    /// <summary>Metric → 95 % interval by bootstrap over the rows of <see cref="Part"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, MetricInterval>? Intervals { get; init; }

    /// <summary>How the model fares on parts of the rows, by the columns that it reads.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ColumnGroups>? Groups { get; init; }

    public IReadOnlyList<FeatureImportance> FeatureImportance { get; init; } = [];

    /// <summary>The metric whose loss is the importance, e.g. <c>auc</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ImportanceMetric { get; init; }

    /// <summary>Loss per iteration, one series for training and one for validation rows; empty when the learner gives none.</summary>
    public IReadOnlyList<LossSeries> LossCurve { get; init; } = [];

    /// <summary>Cross-validation: metric → values per fold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, FoldMetric>? Folds { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PositiveClass { get; init; }

    /// <summary>Binary: a row counts as positive from this score on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }

    /// <summary>Binary and multiclass.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConfusionMatrix? ConfusionMatrix { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RocPoint>? Roc { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PrecisionRecallPoint>? PrecisionRecall { get; init; }

    /// <summary>Binary: ten equal ranges of the score; ranges without rows are left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CalibrationBin>? Calibration { get; init; }

    /// <summary>Binary: how the scores of both classes lie.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ScoreBin>? ScoreHistogram { get; init; }

    /// <summary>Binary: hundredths from 0 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ThresholdCounts>? Thresholds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClassEvaluation>? PerClass { get; init; }

    /// <summary>Multiclass: over the classes, three ways.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClassAverage>? Averages { get; init; }

    /// <summary>Multiclass: ROC of each class against the others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClassRoc>? OneVersusRest { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PredictedActual>? PredictedVsActual { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HistogramBin>? ResidualHistogram { get; init; }

    /// <summary>Regression: tenths of the rows by prediction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ErrorDecile>? ErrorByDecile { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClusterEvaluation>? Clusters { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterMap? ClusterMap { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AnomalyEvaluation? Anomalies { get; init; }
}

/// <param name="Description">What it does, for the user: <c>always answers 'neg'</c>.</param>
public sealed record Baseline(string Description, IReadOnlyDictionary<string, double> Metrics);

public sealed record PartEvaluation(long Rows, IReadOnlyDictionary<string, double> Metrics);

/// <param name="Feature">A raw column.</param>
/// <param name="Mean">How much the metric worsens when the column's values are shuffled.</param>
/// <param name="StdDev">Over the repeats.</param>
public sealed record FeatureImportance(string Feature, double Mean, double StdDev);

/// <param name="Name">Metric key: <c>train_log_loss</c>, <c>val_rmse</c>.</param>
public sealed record LossSeries(string Name, IReadOnlyList<LossPoint> Points);

public sealed record LossPoint(long Step, double Value);

/// <param name="StdDev">Sample standard deviation over the folds.</param>
public sealed record FoldMetric(double Mean, double StdDev, IReadOnlyList<double> Values);
