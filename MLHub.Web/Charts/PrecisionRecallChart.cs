using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Precision over recall, with the share of positive rows as the line that a guess would reach.</summary>
/// <param name="prevalence">Share of positive rows; <c>null</c> draws no such line.</param>
/// <param name="averagePrecision">Goes into the title.</param>
public sealed class PrecisionRecallChart(IReadOnlyList<PrecisionRecallPoint> points, double? prevalence = null, double? averagePrecision = null, double? threshold = null) : Chart
{
    private readonly IReadOnlyList<PrecisionRecallPoint> _points =
        [.. points.Where(p => double.IsFinite(p.Recall) && double.IsFinite(p.Precision)).OrderBy(p => p.Recall).ThenByDescending(p => p.Precision)];

    public override string Title => averagePrecision is { } area && double.IsFinite(area) ? $"Precision and recall · average precision {ChartText.Number(Math.Round(area, 4))}" : "Precision and recall";

    public override string Summary => $"{Title}." + (prevalence is { } share ? $" Guessing would reach a precision of {ChartText.Number(share)}." : "");

    public override string XName => "recall";

    public override string YName => "precision";

    public override string Variant => FormattableString.Invariant($"{threshold}");

    public override IReadOnlyList<ChartSeries> Series =>
        [new("precision", ChartTheme.CssSeries(0), [.. _points.Select(p => new ChartPoint(p.Recall, p.Precision, Note: p.Threshold is { } t ? $"threshold {ChartText.Number(t)}" : null))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_points.Count == 0)
        {
            canvas.Nothing("Precision and recall need rows of both classes");
            return;
        }

        canvas.XAxis(-0.005, 1.005, XName);
        canvas.YAxis(-0.01, 1.02, YName);
        if (prevalence is { } share && double.IsFinite(share))
        {
            canvas.Guide(0, share, 1, share, $"guessing ({ChartText.Percent(share)} positive)");
        }

        canvas.Line(_points.Select(p => (p.Recall, p.Precision)), canvas.Series(0), 2.2f, null, "model");
        if (threshold is { } cut && _points.Where(p => p.Threshold >= cut).MinBy(p => p.Threshold) is { } point)
        {
            canvas.Highlight(point.Recall, point.Precision, canvas.Series(1), $"threshold {ChartText.Number(cut)}");
        }

        canvas.Legend(Alignment.LowerLeft);
    }
}
