using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Web.Components;

namespace MLHub.Web.Evaluation;

internal enum Tone
{
    Good,
    Neutral,
    Bad,
}

/// <summary>What the figures of an evaluation say, in sentences.</summary>
internal static class Verdict
{
    /// <summary>Groups with fewer rows are left to chance.</summary>
    private const int MinGroupRows = 20;

    public static IReadOnlyList<(Tone Tone, string Text)> Of(EvaluationReport report)
    {
        if (MetricWords.Of(report.Task).FirstOrDefault(report.Metrics.ContainsKey) is not { } key)
        {
            return report.Anomalies is { } unlabelled ? [(Tone.Neutral, Flagged(report, unlabelled))] : [];
        }

        List<(Tone, string)?> said =
        [
            report.Task == TrainingTask.Clustering ? Apart(report) : AgainstBaseline(report, key),
            report.Anomalies is { } anomalies ? (Tone.Neutral, Flagged(report, anomalies)) : null,
            report.Task is TrainingTask.Clustering or TrainingTask.Anomaly ? null : LearntByHeart(report, key),
            Calibrated(report),
            Weakest(report),
        ];
        return [.. said.OfType<(Tone, string)>()];
    }

    private static (Tone, string)? AgainstBaseline(EvaluationReport report, string key)
    {
        if (MetricWords.OfBaseline(report, key) is not { } baseline)
        {
            return null;
        }

        var (value, higher) = (report.Metrics[key], MetricWords.IsHigherBetter(key));
        var gain = higher ? value - baseline : baseline - value;
        var name = MetricWords.Title(key);
        if (report.Intervals?.GetValueOrDefault(key) is { } interval)
        {
            var certain = higher ? interval.Low > baseline : interval.High < baseline;
            return certain
                ? (Tone.Good, $"Better than a model that looks at nothing by {Format.Metric(gain)} {name}, and surely so: 95 % of the time {name} lies between {Format.Metric(interval.Low)} and {Format.Metric(interval.High)}.")
                : (Tone.Bad, $"No surer than a model that looks at nothing: {name} is {Format.Metric(value)}, but could as well be {Format.Metric(higher ? interval.Low : interval.High)} (95 % interval).");
        }

        return gain > 0
            ? (Tone.Good, $"Better than a model that looks at nothing by {Format.Metric(gain)} {name}.")
            : (Tone.Bad, $"Not better than a model that looks at nothing ({name} {Format.Metric(baseline)}).");
    }

    private static (Tone, string)? LearntByHeart(EvaluationReport report, string key)
    {
        if (report.Part == "train" || !report.Parts.TryGetValue("train", out var train) || !train.Metrics.TryGetValue(key, out var known))
        {
            return null;
        }

        var value = report.Metrics[key];
        var gap = MetricWords.IsHigherBetter(key) ? known - value : value - known;
        var gained = MetricWords.OfBaseline(report, key) is { } baseline ? Math.Abs(known - baseline) : Math.Abs(known);
        var much = gained > 0 && gap > 0.25 * gained;
        return (much ? Tone.Bad : Tone.Good, much
            ? $"On the rows that it learned from it is better by {Format.Metric(gap)} {MetricWords.Title(key)}: a part of that is learnt by heart. More rows, fewer columns or a simpler model help."
            : $"Nearly as good on new rows as on those that it learned from (difference {Format.Metric(Math.Abs(gap))} {MetricWords.Title(key)}).");
    }

    private static (Tone, string)? Calibrated(EvaluationReport report)
    {
        if (report.Calibration is not { Count: > 0 } bins || bins.Sum(b => b.Count) is var all && all < 50)
        {
            return null;
        }

        var off = bins.Sum(b => b.Count * Math.Abs(b.Predicted - b.Actual)) / all;
        return off <= 0.05
            ? (Tone.Good, $"Its probabilities can be taken at their word: on average they are off by {Format.Percent(off)}.")
            : (Tone.Bad, $"Its probabilities are off by {Format.Percent(off)} on average: use them for ranking, not as chances.");
    }

    private static (Tone, string)? Weakest(EvaluationReport report)
    {
        var key = report.Task switch { TrainingTask.Binary => "auc", TrainingTask.Multiclass => "accuracy", TrainingTask.Regression => "mae", _ => null };
        if (key is null || report.Groups is not { Count: > 0 } groups || !report.Metrics.TryGetValue(key, out var overall))
        {
            return null;
        }

        var higher = MetricWords.IsHigherBetter(key);
        var all = groups.SelectMany(c => c.Groups.Where(g => g.Rows >= MinGroupRows && g.Metrics.ContainsKey(key)).Select(g => (c.Column, Group: g))).ToList();
        if (all.Count == 0)
        {
            return null;
        }

        var (column, worst) = higher ? all.MinBy(g => g.Group.Metrics[key]) : all.MaxBy(g => g.Group.Metrics[key]);
        var value = worst.Metrics[key];
        return (higher ? value < overall - 0.1 : value > overall * 1.5)
            ? (Tone.Bad, $"Weakest where {column} is {worst.Name}: {MetricWords.Title(key)} {Format.Metric(value)} on {Format.Count(worst.Rows)} rows, {Format.Metric(overall)} on all.")
            : (Tone.Good, "About as good on every part of the rows.");
    }

    private static (Tone, string)? Apart(EvaluationReport report) => !report.Metrics.TryGetValue("silhouette", out var silhouette) ? null : silhouette switch
    {
        >= 0.5 => (Tone.Good, $"The groups are clearly apart (silhouette {Format.Metric(silhouette)})."),
        >= 0.25 => (Tone.Neutral, $"The groups are there, but run into each other (silhouette {Format.Metric(silhouette)})."),
        _ => (Tone.Bad, $"The rows hardly fall into groups (silhouette {Format.Metric(silhouette)}): try another number, or fewer columns."),
    };

    private static string Flagged(EvaluationReport report, AnomalyEvaluation anomalies) =>
        $"{Format.Count(anomalies.Flagged)} of {Format.Count(report.Parts[report.Part].Rows)} rows are called unusual.";
}
