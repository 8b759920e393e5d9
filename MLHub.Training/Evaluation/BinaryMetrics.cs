using MLHub.Core.Evaluation;

namespace MLHub.Training.Evaluation;

/// <summary>Metrics and curves of two classes, defined as in scikit-learn 1.2. Labels are 0 and 1, scores are probabilities of 1.</summary>
internal static class BinaryMetrics
{
    public const double Threshold = 0.5;

    private const int CalibrationBins = 10;
    private const int HistogramBins = 20;

    public static MetricSet Of(double[] actual, double[] scores)
    {
        var (tn, fp, fn, tp) = Counts(actual, scores);
        var values = new Dictionary<string, double>
        {
            ["accuracy"] = Ratio(tp + tn, actual.Length),
            ["precision"] = Ratio(tp, tp + fp),
            ["recall"] = Ratio(tp, tp + fn),
            ["f1"] = Ratio(2 * tp, (2 * tp) + fp + fn),
            ["log_loss"] = LogLoss(actual, scores),
        };
        if (tp + fn == 0 || tn + fp == 0)
        {
            return new(values, ["Only one class occurs in these rows: AUC and average precision are not defined."]);
        }

        values["auc"] = Auc(actual, scores);
        values["auprc"] = AveragePrecision(actual, scores);
        return new(values, []);
    }

    public static ConfusionMatrix Confusion(IReadOnlyList<string> labels, double[] actual, double[] scores)
    {
        var (tn, fp, fn, tp) = Counts(actual, scores);
        return new(labels, [[tn, fp], [fn, tp]]);
    }

    /// <summary>Area under the ROC curve; <c>NaN</c> when a class does not occur. Equal scores count half.</summary>
    public static double Auc(double[] actual, double[] scores)
    {
        var area = 0d;
        var (lastFp, lastTp) = (0L, 0L);
        foreach (var (_, fp, tp) in Steps(actual, scores))
        {
            area += (fp - lastFp) * (double)(tp + lastTp) / 2;
            (lastFp, lastTp) = (fp, tp);
        }

        return area / ((double)lastFp * lastTp);
    }

    /// <summary>Sum of precision times gain in recall: no interpolation, as it would flatter.</summary>
    public static double AveragePrecision(double[] actual, double[] scores)
    {
        var positives = actual.Count(a => a > 0.5);
        var sum = 0d;
        var last = 0L;
        foreach (var (_, fp, tp) in Steps(actual, scores))
        {
            sum += (double)(tp - last) / positives * tp / (tp + fp);
            last = tp;
        }

        return sum;
    }

    public static double LogLoss(double[] actual, double[] scores)
    {
        // scikit-learn clips to the machine epsilon of the probabilities' type.
        const double eps = 2.220446049250313e-16;
        var sum = 0d;
        for (var r = 0; r < actual.Length; r++)
        {
            var p = Math.Clamp(scores[r], eps, 1 - eps);
            sum -= Math.Log(actual[r] > 0.5 ? p : 1 - p);
        }

        return sum / actual.Length;
    }

    public static IReadOnlyList<RocPoint> Roc(double[] actual, double[] scores)
    {
        var positives = actual.Count(a => a > 0.5);
        var negatives = actual.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            return [];
        }

        var points = new List<RocPoint> { new(0, 0, null) };
        points.AddRange(Steps(actual, scores).Select(s => new RocPoint((double)s.Fp / negatives, (double)s.Tp / positives, s.Threshold)));
        return CurveThinning.Thin(points, p => (p.Fpr, p.Tpr), EvaluationReport.MaxCurvePoints);
    }

    public static IReadOnlyList<PrecisionRecallPoint> PrecisionRecall(double[] actual, double[] scores)
    {
        var positives = actual.Count(a => a > 0.5);
        if (positives == 0)
        {
            return [];
        }

        var points = new List<PrecisionRecallPoint> { new(0, 1, null) };
        points.AddRange(Steps(actual, scores).Select(s => new PrecisionRecallPoint((double)s.Tp / positives, (double)s.Tp / (s.Tp + s.Fp), s.Threshold)));
        return CurveThinning.Thin(points, p => (p.Recall, p.Precision), EvaluationReport.MaxCurvePoints);
    }

    public static IReadOnlyList<CalibrationBin> Calibration(double[] actual, double[] scores)
    {
        var (counts, predicted, positive) = (new long[CalibrationBins], new double[CalibrationBins], new double[CalibrationBins]);
        for (var r = 0; r < actual.Length; r++)
        {
            var bin = Bin(scores[r], CalibrationBins);
            counts[bin]++;
            predicted[bin] += scores[r];
            positive[bin] += actual[r] > 0.5 ? 1 : 0;
        }

        return
        [
            .. Enumerable.Range(0, CalibrationBins).Where(b => counts[b] > 0).Select(b => new CalibrationBin(
                (double)b / CalibrationBins, (double)(b + 1) / CalibrationBins, counts[b], predicted[b] / counts[b], positive[b] / counts[b])),
        ];
    }

    public static IReadOnlyList<ScoreBin> ScoreHistogram(double[] actual, double[] scores)
    {
        var (positive, negative) = (new long[HistogramBins], new long[HistogramBins]);
        for (var r = 0; r < actual.Length; r++)
        {
            (actual[r] > 0.5 ? positive : negative)[Bin(scores[r], HistogramBins)]++;
        }

        return [.. Enumerable.Range(0, HistogramBins).Select(b => new ScoreBin((double)b / HistogramBins, (double)(b + 1) / HistogramBins, positive[b], negative[b]))];
    }

    /// <summary>For each hundredth: how many rows of each class have at least this score.</summary>
    public static IReadOnlyList<ThresholdCounts> Thresholds(double[] actual, double[] scores)
    {
        var (positives, negatives) = (Sorted(true), Sorted(false));
        return [.. Enumerable.Range(0, 101).Select(t => new ThresholdCounts(t / 100.0, From(positives, t / 100.0), From(negatives, t / 100.0)))];

        double[] Sorted(bool isPositive) => [.. scores.Where((_, r) => actual[r] > 0.5 == isPositive).Order()];

        static long From(double[] sorted, double threshold)
        {
            var (low, high) = (0, sorted.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = sorted[middle] >= threshold ? (low, middle) : (middle + 1, high);
            }

            return sorted.Length - low;
        }
    }

    /// <summary>0/0 counts as 0, scikit-learn's <c>zero_division</c>.</summary>
    internal static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    private static (long Tn, long Fp, long Fn, long Tp) Counts(double[] actual, double[] scores)
    {
        var (tn, fp, fn, tp) = (0L, 0L, 0L, 0L);
        for (var r = 0; r < actual.Length; r++)
        {
            switch (actual[r] > 0.5, scores[r] >= Threshold)
            {
                case (true, true):
                    tp++;
                    break;
                case (true, false):
                    fn++;
                    break;
                case (false, true):
                    fp++;
                    break;
                default:
                    tn++;
                    break;
            }
        }

        return (tn, fp, fn, tp);
    }

    /// <summary>From the highest score down: how many rows of each class have at least it. Equal scores make one step.</summary>
    private static IEnumerable<(double Threshold, long Fp, long Tp)> Steps(double[] actual, double[] scores)
    {
        var keys = (double[])scores.Clone();
        var labels = (double[])actual.Clone();
        Array.Sort(keys, labels);
        var (fp, tp) = (0L, 0L);
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (labels[i] > 0.5)
            {
                tp++;
            }
            else
            {
                fp++;
            }

            if (i == 0 || keys[i - 1] != keys[i])
            {
                yield return (keys[i], fp, tp);
            }
        }
    }

    private static int Bin(double score, int bins) => Math.Clamp((int)(score * bins), 0, bins - 1);
}
