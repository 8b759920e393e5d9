using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Components;

namespace MLHub.Web.Evaluation;

public sealed partial class ScoreCards : ComponentBase
{
    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    // A metric that is not defined on these rows (AUC with a single class) cannot stand first.
    private string Primary => MetricWords.Of(Report.Task).FirstOrDefault(Report.Metrics.ContainsKey) ?? MetricWords.Primary(Report.Task);

    private (double Amount, bool IsBetter)? Delta => Value(Primary) is { } value && BaselineValue(Primary) is { } baseline
        ? (value - baseline, MetricWords.IsHigherBetter(Primary) ? value >= baseline : value <= baseline)
        : null;

    private double? Value(string key) => Report.Metrics.TryGetValue(key, out var value) ? value : null;

    private double? BaselineValue(string key) => MetricWords.OfBaseline(Report, key);

    private string? Interval(string key) => Report.Intervals?.GetValueOrDefault(key) is { } interval ? $"{Format.Metric(interval.Low)} – {Format.Metric(interval.High)}" : null;

    private static string Part(string part) => part switch
    {
        "train" => "training",
        _ => part,
    };
}
