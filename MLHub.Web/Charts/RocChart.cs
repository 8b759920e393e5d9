using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>True against false positive rate for one or several classes, with the diagonal of a guess.</summary>
/// <param name="curves">One per class; one alone for binary problems. At most ten are drawn, those with the lowest AUC.</param>
/// <param name="threshold">Binary: marks the point of this threshold.</param>
public sealed class RocChart(IReadOnlyList<ClassRoc> curves, double? threshold = null) : Chart
{
    private const int MaxClasses = 10;
    private readonly IReadOnlyList<ClassRoc> _curves =
        [.. curves.Where(c => c.Points.Count > 0).OrderBy(c => curves.Count > MaxClasses ? c.Auc ?? double.MaxValue : 0).Take(MaxClasses).Select(c => c with { Points = Finite(c.Points) })];

    public override string Title => curves switch
    {
        [{ Auc: { } auc }] => $"ROC curve · AUC {ChartText.Number(Math.Round(auc, 4))}",
        [_] or [] => "ROC curve",
        _ => $"ROC curves, each class against the others · mean AUC {ChartText.Number(Math.Round(curves.Where(c => c.Auc is not null).Select(c => c.Auc!.Value).DefaultIfEmpty(double.NaN).Average(), 4))}",
    };

    public override string Summary => $"{Title}. " + (curves.Count > MaxClasses ? $"The {MaxClasses} of {curves.Count} classes that are hardest to tell apart. " : "") +
        string.Join(" ", _curves.Where(_ => _curves.Count > 1).Select(c => $"{ChartText.Name(c.Label, 40)}: AUC {Auc(c)}."));

    public override string XName => "false positive rate";

    public override string YName => "true positive rate";

    public override string Variant => FormattableString.Invariant($"{threshold}");

    public override IReadOnlyList<ChartSeries> Series =>
        [.. _curves.Select((c, i) => new ChartSeries(Named(c), ChartTheme.CssSeries(i), [.. c.Points.Select(p => new ChartPoint(p.Fpr, p.Tpr, Note: p.Threshold is { } t ? $"threshold {ChartText.Number(t)}" : null))]))];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_curves.Count == 0)
        {
            canvas.Nothing("A ROC curve needs rows of both classes");
            return;
        }

        canvas.XAxis(-0.005, 1.005, XName);
        canvas.YAxis(-0.01, 1.02, YName);
        canvas.Guide(0, 0, 1, 1, "guessing");
        foreach (var (i, curve) in _curves.Index())
        {
            canvas.Line(curve.Points.Select(p => (p.Fpr, p.Tpr)), canvas.Series(i), 2.2f, i >= 5 ? ChartCanvas.Dashes : null, i >= canvas.LegendRoom ? null : ChartText.Name(Named(curve), canvas.Width < 420 ? 12 : 24) + (_curves.Count > 1 ? $"  {Auc(curve)}" : ""));
        }

        if (threshold is { } cut && _curves.Count == 1 && _curves[0].Points.LastOrDefault(p => p.Threshold >= cut) is { } point)
        {
            canvas.Highlight(point.Fpr, point.Tpr, canvas.Series(1), $"threshold {ChartText.Number(cut)}");
        }

        canvas.Legend(Alignment.LowerRight);
    }

    private string Named(ClassRoc curve) => _curves.Count == 1 && curve.Label.Length == 0 ? "model" : ChartText.Name(curve.Label, 24);

    private static string Auc(ClassRoc curve) => curve.Auc is { } auc ? auc.ToString("0.000") : "–";

    private static IReadOnlyList<RocPoint> Finite(IReadOnlyList<RocPoint> points) =>
        [.. points.Where(p => double.IsFinite(p.Fpr) && double.IsFinite(p.Tpr)).OrderBy(p => p.Fpr).ThenBy(p => p.Tpr)];
}
