using MLHub.Core.Evaluation;
using MLHub.Training.Algorithms;
using MLHub.Training.Preparation;

namespace MLHub.Training.Evaluation;

/// <summary>How well scores tell labelled anomalies apart, and what stands out.</summary>
internal static class AnomalyMetrics
{
    private const int Bins = 30;
    private const int TopRows = 50;
    private const int Reasons = 5;

    /// <param name="actual">1 unusual, 0 ordinary, NaN unknown.</param>
    public static MetricSet Of(double[] actual, double[] scores)
    {
        var known = Enumerable.Range(0, actual.Length).Where(r => !double.IsNaN(actual[r])).ToArray();
        if (known.Length == 0)
        {
            return new(new Dictionary<string, double>(), []);
        }

        var (labels, ofKnown) = (Array.ConvertAll(known, r => actual[r]), Array.ConvertAll(known, r => scores[r]));
        return labels.Distinct().Count() < 2
            ? new(new Dictionary<string, double>(), ["Only one kind of label occurs in these rows: AUC is not defined."])
            : new(new Dictionary<string, double> { ["auc"] = BinaryMetrics.Auc(labels, ofKnown), ["auprc"] = BinaryMetrics.AveragePrecision(labels, ofKnown) }, []);
    }

    /// <summary>The score from which on about this share of the rows is unusual.</summary>
    public static double Threshold(double[] scores, double share)
    {
        var sorted = (double[])scores.Clone();
        Array.Sort(sorted);
        return sorted[^Math.Clamp((int)Math.Round(sorted.Length * share), 1, sorted.Length)];
    }

    public static AnomalyEvaluation Evaluate(ScoredRows rows, double threshold, IReadOnlyList<string> classes, FeaturePipeline pipeline, ITrainedModel model, RawTable table, int threads)
    {
        var top = Enumerable.Range(0, rows.RowIds.Length).OrderByDescending(r => rows.Scores[r]).ThenBy(r => rows.RowIds[r]).Take(TopRows).ToArray();
        var reasons = model is IExplains explains ? explains.Contribute(pipeline.Transform(table, Array.ConvertAll(top, r => rows.Rows[r])), threads) : null;
        return new(
            threshold,
            rows.Scores.LongCount(s => s >= threshold),
            RegressionMetrics.Histogram(rows.Scores, Bins),
            [
                .. top.Select((r, i) => new UnusualRow(
                    rows.RowIds[r],
                    rows.Scores[r],
                    double.IsNaN(rows.Actual[r]) ? null : classes[(int)rows.Actual[r]],
                    reasons is null ? [] : Why(pipeline, table, rows.Rows[r], reasons.AsSpan(i * (pipeline.Slots.Count + 1), pipeline.Slots.Count)))),
            ]);
    }

    private static UnusualValue[] Why(FeaturePipeline pipeline, RawTable table, int row, ReadOnlySpan<double> parts)
    {
        var perColumn = new double[pipeline.Columns.Count];
        var sum = 0d;
        for (var s = 0; s < parts.Length; s++)
        {
            perColumn[pipeline.Slots[s].Column] += parts[s];
            sum += parts[s];
        }

        return sum <= 0
            ? []
            :
            [
                .. perColumn.Index().Where(c => c.Item > 0).OrderByDescending(c => c.Item).Take(Reasons).Select(c =>
                {
                    var column = table[pipeline.Columns[c.Index].Schema.Name];
                    return new UnusualValue(column.Name, column.IsMissing(row) ? null : CellText.Of(column, row), c.Item / sum);
                }),
            ];
    }
}
