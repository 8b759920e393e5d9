namespace MLHub.Core.Evaluation;

/// <summary>Which way a metric is better, told from its name: programs elsewhere call theirs as they like.</summary>
public static class MetricDirection
{
    private static readonly string[] LowerIsBetter =
    [
        "loss", "error", "err", "rmse", "mse", "mae", "mape", "smape", "perplexity", "ppl", "wer", "cer", "fid", "brier", "ece", "davies_bouldin", "distance",
        "time", "seconds", "latency", "duration", "memory", "deviance", "nll", "entropy", "divergence", "regret", "hinge", "rmsle", "msle", "logloss", "sd", "std", "stddev", "variance",
    ];

    /// <summary>Words are found between the marks that names are made with: <c>val/log_loss</c> is a loss, <c>lossless</c> is not.</summary>
    public static bool IsHigherBetter(string key)
    {
        var words = key.ToLowerInvariant().Split('_', '-', '.', '/', ' ', ':');
        return !words.Any(LowerIsBetter.Contains) && !LowerIsBetter.Contains(key.ToLowerInvariant())
            && !(words.Contains("davies") && words.Contains("bouldin"));
    }
}
