using MLHub.Core.Evaluation;

namespace MLHub.Training.Evaluation;

/// <summary>Metrics of several classes, defined as in scikit-learn 1.2. Scores hold one probability per class, row by row.</summary>
internal static class MulticlassMetrics
{
    public static MetricSet Of(int classes, double[] actual, double[] scores)
    {
        var counts = Counts(classes, actual, scores);
        var perClass = PerClass([.. Enumerable.Range(0, classes).Select(c => c.ToString())], counts);
        // Averages are over the classes that occur, as truth or as prediction.
        var seen = Enumerable.Range(0, classes).Where(c => perClass[c].Support > 0 || counts.Any(row => row[c] > 0)).Select(c => perClass[c]).ToList();
        var right = Enumerable.Range(0, classes).Sum(c => counts[c][c]);
        var accuracy = BinaryMetrics.Ratio(right, actual.Length);
        return new(
            new Dictionary<string, double>
            {
                ["accuracy"] = accuracy,
                ["macro_f1"] = seen.Average(c => c.F1),
                // Every row has one class and one prediction: false positives are as many as false negatives.
                ["micro_f1"] = accuracy,
                ["macro_precision"] = seen.Average(c => c.Precision),
                ["macro_recall"] = seen.Average(c => c.Recall),
                ["log_loss"] = LogLoss(classes, actual, scores),
            },
            seen.Count(c => c.Support > 0) < classes ? ["Some classes do not occur in these rows: averages over classes leave them out."] : []);
    }

    public static ConfusionMatrix Confusion(IReadOnlyList<string> labels, double[] actual, double[] scores) => new(labels, Counts(labels.Count, actual, scores));

    public static IReadOnlyList<ClassEvaluation> PerClass(IReadOnlyList<string> labels, double[] actual, double[] scores) =>
        PerClass(labels, Counts(labels.Count, actual, scores));

    /// <summary>Macro over the classes that occur, as truth or as prediction; weighted by their rows; micro over all rows.</summary>
    public static IReadOnlyList<ClassAverage> Averages(IReadOnlyList<string> labels, double[] actual, double[] scores)
    {
        var counts = Counts(labels.Count, actual, scores);
        var perClass = PerClass(labels, counts);
        var seen = Enumerable.Range(0, labels.Count).Where(c => perClass[c].Support > 0 || counts.Any(row => row[c] > 0)).Select(c => perClass[c]).ToList();
        var accuracy = BinaryMetrics.Ratio(Enumerable.Range(0, labels.Count).Sum(c => counts[c][c]), actual.Length);
        double Weighted(Func<ClassEvaluation, double> of) => seen.Sum(c => of(c) * c.Support) / actual.Length;
        return
        [
            new("macro", seen.Average(c => c.Precision), seen.Average(c => c.Recall), seen.Average(c => c.F1)),
            new("weighted", Weighted(c => c.Precision), Weighted(c => c.Recall), Weighted(c => c.F1)),
            new("micro", accuracy, accuracy, accuracy),
        ];
    }

    public static IReadOnlyList<ClassRoc> OneVersusRest(IReadOnlyList<string> labels, double[] actual, double[] scores)
    {
        if (labels.Count > EvaluationReport.MaxOneVersusRestClasses)
        {
            return [];
        }

        return
        [
            .. labels.Select((label, c) =>
            {
                var isClass = Array.ConvertAll(actual, a => (int)a == c ? 1d : 0d);
                var ofClass = Enumerable.Range(0, actual.Length).Select(r => scores[(r * labels.Count) + c]).ToArray();
                var auc = BinaryMetrics.Auc(isClass, ofClass);
                return new ClassRoc(label, double.IsFinite(auc) ? auc : null, BinaryMetrics.Roc(isClass, ofClass));
            }),
        ];
    }

    /// <summary>The class with the highest probability; the first of equal ones.</summary>
    public static int Predicted(ReadOnlySpan<double> probabilities)
    {
        var best = 0;
        for (var c = 1; c < probabilities.Length; c++)
        {
            if (probabilities[c] > probabilities[best])
            {
                best = c;
            }
        }

        return best;
    }

    private static long[][] Counts(int classes, double[] actual, double[] scores)
    {
        var counts = Enumerable.Range(0, classes).Select(_ => new long[classes]).ToArray();
        for (var r = 0; r < actual.Length; r++)
        {
            counts[(int)actual[r]][Predicted(scores.AsSpan(r * classes, classes))]++;
        }

        return counts;
    }

    private static IReadOnlyList<ClassEvaluation> PerClass(IReadOnlyList<string> labels, long[][] counts) =>
    [
        .. labels.Select((label, c) =>
        {
            var (right, predicted, support) = (counts[c][c], counts.Sum(row => row[c]), counts[c].Sum());
            return new ClassEvaluation(
                label,
                BinaryMetrics.Ratio(right, predicted),
                BinaryMetrics.Ratio(right, support),
                BinaryMetrics.Ratio(2 * right, predicted + support),
                support);
        }),
    ];

    private static double LogLoss(int classes, double[] actual, double[] scores)
    {
        const double eps = 2.220446049250313e-16;
        var sum = 0d;
        for (var r = 0; r < actual.Length; r++)
        {
            var whole = 0d;
            for (var c = 0; c < classes; c++)
            {
                whole += Math.Clamp(scores[(r * classes) + c], eps, 1 - eps);
            }

            sum -= Math.Log(Math.Clamp(scores[(r * classes) + (int)actual[r]], eps, 1 - eps) / whole);
        }

        return sum / actual.Length;
    }
}
