namespace MLHub.Training.Algorithms.MLNet;

/// <summary>
/// Probabilities from scores that are none: p = 1 / (1 + exp(a·score + b)), fitted by Newton's method with the
/// safeguards of Lin, Lin and Weng, "A note on Platt's probabilistic outputs" (2007).
/// </summary>
internal static class PlattScaling
{
    public static (double A, double B) Fit(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels)
    {
        var positives = 0;
        foreach (var label in labels)
        {
            positives += label > 0.5f ? 1 : 0;
        }

        var negatives = labels.Length - positives;
        var high = (positives + 1.0) / (positives + 2.0);
        var low = 1 / (negatives + 2.0);
        var (a, b) = (0d, Math.Log((negatives + 1.0) / (positives + 1.0)));
        var value = Value(scores, labels, high, low, a, b);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            // Sigma keeps the Hessian invertible.
            double h11 = 1e-12, h22 = 1e-12, h21 = 0, g1 = 0, g2 = 0;
            for (var i = 0; i < scores.Length; i++)
            {
                var p = Links.Logistic(-((scores[i] * a) + b));
                var weight = p * (1 - p);
                h11 += scores[i] * scores[i] * weight;
                h22 += weight;
                h21 += scores[i] * weight;
                var difference = (labels[i] > 0.5f ? high : low) - p;
                g1 += scores[i] * difference;
                g2 += difference;
            }

            if (Math.Abs(g1) < 1e-5 && Math.Abs(g2) < 1e-5)
            {
                break;
            }

            var determinant = (h11 * h22) - (h21 * h21);
            var (stepA, stepB) = (-((h22 * g1) - (h21 * g2)) / determinant, -((h11 * g2) - (h21 * g1)) / determinant);
            var slope = (g1 * stepA) + (g2 * stepB);
            var step = 1d;
            for (; step >= 1e-10; step /= 2)
            {
                var next = Value(scores, labels, high, low, a + (step * stepA), b + (step * stepB));
                if (next < value + (1e-4 * step * slope))
                {
                    (a, b, value) = (a + (step * stepA), b + (step * stepB), next);
                    break;
                }
            }

            if (step < 1e-10)
            {
                break;
            }
        }

        return (a, b);
    }

    private static double Value(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, double high, double low, double a, double b)
    {
        var sum = 0d;
        for (var i = 0; i < scores.Length; i++)
        {
            var f = (scores[i] * a) + b;
            var target = labels[i] > 0.5f ? high : low;
            sum += f >= 0 ? (target * f) + Math.Log(1 + Math.Exp(-f)) : ((target - 1) * f) + Math.Log(1 + Math.Exp(f));
        }

        return sum;
    }
}
