using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Web.Charts;

namespace MLHub.Web.Experiments;

public sealed partial class CompareEvaluations : ComponentBase
{
    private const int MaxFeatures = 15;

    private object? _drawn;

    [Parameter, EditorRequired]
    public IReadOnlyList<RunView> Runs { get; set; } = [];

    /// <summary>By run; runs from outside have none.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyDictionary<Guid, EvaluationReport> Reports { get; set; } = null!;

    private IReadOnlyList<OverlayChart> Charts { get; set; } = [];

    private IReadOnlyList<string> Features { get; set; } = [];

    private IEnumerable<(RunView Run, EvaluationReport Report)> Judged => Runs.Where(r => Reports.ContainsKey(r.Id)).Select(r => (r, Reports[r.Id]));

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Reports))
        {
            return;
        }

        _drawn = Reports;
        Charts = [.. new[] { Roc(), PrecisionRecall() }.OfType<OverlayChart>()];
        Features =
        [
            .. Judged.SelectMany(j => j.Report.FeatureImportance.Select(f => f.Feature)).Distinct()
                .OrderByDescending(f => Judged.Max(j => Share(j.Report, f))).Take(MaxFeatures),
        ];
    }

    private OverlayChart? Roc()
    {
        var lines = Judged.Where(j => j.Report.Roc is { Count: > 0 }).Select(j => Line(j.Run, j.Report.Roc!.Select(p => (p.Fpr, p.Tpr)))).ToList();
        return lines.Count == 0 ? null : new(new("ROC curves", "false positive rate", "true positive rate", lines) { IsUnit = true, HasDiagonal = true, IsLegendLow = true });
    }

    private OverlayChart? PrecisionRecall()
    {
        var lines = Judged.Where(j => j.Report.PrecisionRecall is { Count: > 0 }).Select(j => Line(j.Run, j.Report.PrecisionRecall!.Select(p => (p.Recall, p.Precision)))).ToList();
        return lines.Count == 0 ? null : new(new("Precision and recall", "recall", "precision", lines) { IsUnit = true });
    }

    private static OverlayLine Line(RunView run, IEnumerable<(double X, double Y)> points) => new(run.Name, RunColour.Index(run.Id), [.. points.OrderBy(p => p.X)]);

    private static double? Importance(EvaluationReport report, string feature) => report.FeatureImportance.FirstOrDefault(f => f.Feature == feature)?.Mean;

    /// <summary>Of the run's most important column, in percent: the metrics behind may differ from run to run.</summary>
    private static double Share(EvaluationReport report, string feature) =>
        report.FeatureImportance.Select(f => f.Mean).DefaultIfEmpty(0).Max() is var most and > 0 && Importance(report, feature) is { } mine ? Math.Clamp(100 * mine / most, 0, 100) : 0;
}
