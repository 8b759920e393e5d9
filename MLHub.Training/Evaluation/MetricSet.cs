using MLHub.Core.Training;

namespace MLHub.Training.Evaluation;

/// <param name="Values">Metric → value; those that these rows do not define are absent.</param>
/// <param name="Undefined">Why metrics are absent or to be taken with care.</param>
internal sealed record MetricSet(IReadOnlyDictionary<string, double> Values, IReadOnlyList<string> Undefined)
{
    /// <summary>Clustering is judged by the rows themselves: <see cref="ClusterMetrics"/>.</summary>
    /// <param name="actual">Class numbers, or the true numbers.</param>
    /// <param name="scores">What <see cref="Algorithms.ITrainedModel.Score"/> gave for the same rows.</param>
    public static MetricSet Of(TrainingTask task, int classes, double[] actual, double[] scores) => task switch
    {
        TrainingTask.Binary => BinaryMetrics.Of(actual, scores),
        TrainingTask.Multiclass => MulticlassMetrics.Of(classes, actual, scores),
        TrainingTask.Regression => RegressionMetrics.Of(actual, scores),
        TrainingTask.Anomaly => AnomalyMetrics.Of(actual, scores),
        _ => throw new NotSupportedException(task.ToString()),
    };
}
