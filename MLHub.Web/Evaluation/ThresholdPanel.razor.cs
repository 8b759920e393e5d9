using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Components;

namespace MLHub.Web.Evaluation;

public sealed partial class ThresholdPanel : ComponentBase
{
    private double _recall = 0.9;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Chosen so far.</summary>
    [Parameter]
    public double Threshold { get; set; }

    /// <summary>While the slider moves.</summary>
    [Parameter]
    public EventCallback<double> OnSlide { get; set; }

    /// <summary>Chosen; <c>null</c> is the evaluation's own.</summary>
    [Parameter]
    public EventCallback<double?> OnChoose { get; set; }

    private IReadOnlyList<ThresholdCounts> All => Report.Thresholds ?? [];

    private long Positives => All[0].TruePositives;

    private long Negatives => All[0].FalsePositives;

    private ThresholdCounts Now => At(Report, Threshold);

    private double BestF1 => All.MaxBy(F1)!.Threshold;

    private (string Name, string Help, string Value)[] Figures
    {
        get
        {
            var (tp, fp) = (Now.TruePositives, Now.FalsePositives);
            return
            [
                ("Precision", "Of the rows called positive, the share that is.", Share(tp, tp + fp)),
                ("Recall", "Of the positive rows, the share that is found.", Share(tp, Positives)),
                ("F1", "Harmonic mean of precision and recall.", Format.Metric(F1(Now))),
                ("Specificity", "Of the negative rows, the share that is left alone.", Share(Negatives - fp, Negatives)),
                ("Accuracy", "Share of rows that are answered right.", Share(tp + Negatives - fp, Positives + Negatives)),
                ("Called positive", "Share of all rows.", Positives + Negatives == 0 ? "–" : Format.Percent((double)(tp + fp) / (Positives + Negatives))),
            ];
        }
    }

    /// <summary>The hundredth nearest to a threshold.</summary>
    public static ThresholdCounts At(EvaluationReport report, double threshold) => report.Thresholds!.MinBy(t => Math.Abs(t.Threshold - threshold))!;

    /// <summary>The confusion matrix that a threshold gives.</summary>
    public static ConfusionMatrix Confusion(EvaluationReport report, double threshold)
    {
        var (all, at) = (report.Thresholds![0], At(report, threshold));
        return new(report.ConfusionMatrix!.Labels,
        [
            [all.FalsePositives - at.FalsePositives, at.FalsePositives],
            [all.TruePositives - at.TruePositives, at.TruePositives],
        ]);
    }

    private double F1(ThresholdCounts at) => at.TruePositives == 0 ? 0 : 2.0 * at.TruePositives / (at.TruePositives + at.FalsePositives + Positives);

    private double WithRecall(double recall) => All.Where(t => t.TruePositives >= recall * Positives).Max(t => t.Threshold);

    private static string Share(long part, long whole) => whole == 0 ? "–" : Format.Metric((double)part / whole);

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static double? Read(ChangeEventArgs change) =>
        double.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 0, 1) : null;

    private Task Slide(ChangeEventArgs change) => Read(change) is { } value ? OnSlide.InvokeAsync(value) : Task.CompletedTask;

    private Task KeepAsync(ChangeEventArgs change) => Read(change) is { } value ? ChooseAsync(value) : Task.CompletedTask;

    private Task ChooseAsync(double? threshold) => OnChoose.InvokeAsync(threshold == Report.Threshold ? null : threshold);

    private Task SetRecallAsync(ChangeEventArgs change)
    {
        _recall = Read(change) ?? _recall;
        return ChooseAsync(WithRecall(_recall));
    }
}
