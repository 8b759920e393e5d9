namespace MLHub.Training.Algorithms;

/// <summary>How raw scores become answers.</summary>
internal enum Link : byte
{
    /// <summary>The number itself.</summary>
    Identity,

    /// <summary>e to the score: counts and other numbers that are never negative.</summary>
    Exponential,

    /// <summary>One score, the log-odds of the positive class.</summary>
    Logistic,

    /// <summary>One score per class, normalised by softmax.</summary>
    Softmax,

    /// <summary>One log-odds per class against all others; the probabilities are divided by their sum.</summary>
    LogisticShares,

    /// <summary>Shares that were learned as numbers: cut to 0 … 1 and, for several classes, divided by their sum.</summary>
    Shares,

    /// <summary>2 to the minus score: how early trees of an isolation forest set a row apart.</summary>
    HalfPower,
}

internal static class Links
{
    /// <summary>Turns raw scores into answers, in place.</summary>
    public static void Apply(Link link, double[] scores, int outputs)
    {
        for (var start = 0; start < scores.Length; start += outputs)
        {
            ApplyRow(link, scores.AsSpan(start, outputs));
        }
    }

    public static double Logistic(double score) =>
        score >= 0 ? 1 / (1 + Math.Exp(-score)) : Math.Exp(score) / (1 + Math.Exp(score));

    /// <summary>The same for the scores of one row.</summary>
    public static void ApplyRow(Link link, Span<double> row)
    {
        switch (link)
        {
            case Link.Exponential:
                foreach (ref var score in row)
                {
                    // Of a row far outside of those that were learned from: still a number, the largest there is.
                    score = Math.Min(Math.Exp(score), double.MaxValue);
                }

                break;
            case Link.HalfPower:
                foreach (ref var score in row)
                {
                    score = Math.Pow(2, -score);
                }

                break;
            case Link.Logistic:
                row[0] = Logistic(row[0]);
                break;
            case Link.Softmax:
                var max = double.NegativeInfinity;
                foreach (var score in row)
                {
                    max = Math.Max(max, score);
                }

                foreach (ref var score in row)
                {
                    score = Math.Exp(score - max);
                }

                Normalise(row);
                break;
            case Link.LogisticShares:
                foreach (ref var score in row)
                {
                    score = Logistic(score);
                }

                Normalise(row);
                break;
            case Link.Shares:
                foreach (ref var score in row)
                {
                    score = Math.Clamp(score, 0, 1);
                }

                if (row.Length > 1)
                {
                    Normalise(row);
                }

                break;
        }
    }

    private static void Normalise(Span<double> row)
    {
        var sum = 0d;
        foreach (var score in row)
        {
            sum += score;
        }

        foreach (ref var score in row)
        {
            score = sum > 0 ? score / sum : 1d / row.Length;
        }
    }
}
