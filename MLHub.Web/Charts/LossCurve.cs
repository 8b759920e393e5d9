using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;

namespace MLHub.Web.Charts;

/// <summary>One metric over the steps of a training.</summary>
/// <param name="Metric">What both lines measure: <c>log_loss</c>.</param>
public sealed record LossCurve(string Metric, IReadOnlyList<LossLine> Lines)
{
    private static readonly string[] BetterWhenHigh = ["auc", "auprc", "accuracy", "f1", "precision", "recall", "r2", "ndcg", "map", "kappa", "mcc"];
    private static readonly string[] Train = ["train_", "training_"];
    private static readonly string[] Validation = ["val_", "valid_", "validation_"];

    /// <summary>Curves of a run that is still going, one chart per metric: <c>train_auc</c> and <c>val_auc</c> share one.</summary>
    public static IReadOnlyList<LossCurve> Of(IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>> curves) =>
        Group(curves.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, (IReadOnlyList<LossStep>)[.. c.Value.Select(p => new LossStep(p.Step, p.Value ?? double.NaN))])));

    /// <summary>Curves of a finished run.</summary>
    public static IReadOnlyList<LossCurve> Of(IReadOnlyList<LossSeries> curves) =>
        Group(curves.Select(c => (c.Name, (IReadOnlyList<LossStep>)[.. c.Points.Select(p => new LossStep(p.Step, p.Value))])));

    /// <summary>Which end of a metric is the good one, by its name.</summary>
    public bool HigherIsBetter => BetterWhenHigh.Any(name => Metric.Split('_').Contains(name, StringComparer.OrdinalIgnoreCase));

    private static IReadOnlyList<LossCurve> Group(IEnumerable<(string Key, IReadOnlyList<LossStep> Points)> curves) =>
        [.. curves.Select(c => Split(c.Key, c.Points)).GroupBy(c => c.Metric, c => c.Line).Select(g => new LossCurve(g.Key, [.. g.OrderBy(l => l.Part)]))];

    private static (string Metric, LossLine Line) Split(string key, IReadOnlyList<LossStep> points)
    {
        foreach (var (prefixes, part, name) in new[] { (Train, LossPart.Training, "training"), (Validation, LossPart.Validation, "validation") })
        {
            if (prefixes.FirstOrDefault(p => key.Length > p.Length && key.StartsWith(p, StringComparison.OrdinalIgnoreCase)) is { } prefix)
            {
                return (key[prefix.Length..], new LossLine(name, part, points));
            }
        }

        return (key, new LossLine(key.Replace('_', ' '), LossPart.Other, points));
    }
}

/// <param name="Points">By step; NaN where the value was not a number.</param>
public sealed record LossLine(string Name, LossPart Part, IReadOnlyList<LossStep> Points);

public readonly record struct LossStep(long Step, double Value);

public enum LossPart
{
    Training,
    Validation,
    Other,
}
