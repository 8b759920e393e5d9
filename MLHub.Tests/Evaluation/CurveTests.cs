using MLHub.Core.Evaluation;
using MLHub.Training.Evaluation;

namespace MLHub.Tests.Evaluation;

public sealed class CurveTests
{
    [Fact]
    public void A_roc_curve_of_many_rows_is_thinned_and_keeps_its_area()
    {
        var (actual, scores) = Noisy(20_000);

        var roc = BinaryMetrics.Roc(actual, scores);

        Assert.InRange(roc.Count, 100, EvaluationReport.MaxCurvePoints);
        Assert.Equal((0d, 0d), (roc[0].Fpr, roc[0].Tpr));
        Assert.Null(roc[0].Threshold);
        Assert.Equal((1d, 1d), (roc[^1].Fpr, roc[^1].Tpr));
        var area = roc.Zip(roc.Skip(1)).Sum(p => (p.Second.Fpr - p.First.Fpr) * (p.Second.Tpr + p.First.Tpr) / 2);
        Assert.Equal(BinaryMetrics.Auc(actual, scores), area, 1e-3);
    }

    [Fact]
    public void A_precision_recall_curve_of_many_rows_is_thinned_and_ends_at_full_recall()
    {
        var (actual, scores) = Noisy(20_000);

        var curve = BinaryMetrics.PrecisionRecall(actual, scores);

        Assert.InRange(curve.Count, 100, EvaluationReport.MaxCurvePoints);
        Assert.Equal(1, curve[^1].Recall);
        Assert.Equal(actual.Average(), curve[^1].Precision, 1e-12);
    }

    [Fact]
    public void Few_points_are_not_thinned()
    {
        var roc = BinaryMetrics.Roc([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.9]);

        Assert.Equal([(0d, 0d), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)], roc.Select(p => (p.Fpr, p.Tpr)));
    }

    [Fact]
    public void A_roc_curve_of_one_class_is_empty()
    {
        Assert.Empty(BinaryMetrics.Roc([1, 1], [0.2, 0.3]));
    }

    [Fact]
    public void Calibration_bins_hold_every_row_once()
    {
        var (actual, scores) = Noisy(1000);
        scores[0] = 1;
        scores[1] = 0;

        var bins = BinaryMetrics.Calibration(actual, scores);
        var histogram = BinaryMetrics.ScoreHistogram(actual, scores);

        Assert.Equal(1000, bins.Sum(b => b.Count));
        Assert.Equal(1000, histogram.Sum(b => b.Positive + b.Negative));
        Assert.All(bins, b => Assert.InRange(b.Predicted, b.From, b.To));
    }

    [Fact]
    public void Residuals_are_counted_once_each()
    {
        var histogram = RegressionMetrics.Residuals([1, 2, 3, 10], [1, 1, 1, 1]);

        Assert.Equal(4, histogram.Sum(b => b.Count));
        Assert.Equal((0d, 9d), (histogram[0].From, histogram[^1].To));
    }

    private static (double[] Actual, double[] Scores) Noisy(int rows)
    {
        var random = new Random(3);
        var actual = Enumerable.Range(0, rows).Select(_ => (double)random.Next(2)).ToArray();
        return (actual, [.. actual.Select(a => (a * 0.3) + (random.NextDouble() * 0.7))]);
    }
}
