using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Which share of the positive rows is found when only the rows with the highest scores are looked at.</summary>
public sealed class GainsChart(IReadOnlyList<RocPoint> roc, double prevalence) : Chart
{
    private readonly IReadOnlyList<(double Looked, double Found)> _points =
        [.. roc.Where(p => double.IsFinite(p.Fpr) && double.IsFinite(p.Tpr)).OrderBy(p => p.Fpr).ThenBy(p => p.Tpr).Select(p => ((p.Tpr * prevalence) + (p.Fpr * (1 - prevalence)), p.Tpr))];

    public override string Title => "Gains";

    public override string Summary => $"{Title}: the tenth of the rows with the highest scores holds {ChartText.Percent(FoundIn(0.1))} of the positive rows.";

    public override string XName => "share of rows looked at";

    public override string YName => "share of positive rows found";

    /// <summary>How many times more positive rows than by chance.</summary>
    public double Lift(double looked) => FoundIn(looked) / looked;

    public override IReadOnlyList<ChartSeries> Series =>
        [new("found", ChartTheme.CssSeries(0), [.. _points.Select(p => new ChartPoint(p.Looked, p.Found, Note: p.Looked > 0 ? $"lift {ChartText.Number(Math.Round(p.Found / p.Looked, 3))}" : null))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_points.Count == 0)
        {
            canvas.Nothing("Gains need rows of both classes");
            return;
        }

        canvas.XAxis(-0.005, 1.005, XName);
        canvas.YAxis(-0.01, 1.02, YName);
        canvas.Guide(0, 0, 1, 1, "by chance");
        canvas.Line([(0, 0), (prevalence, 1), (1, 1)], canvas.Muted, 1.2f, ChartCanvas.Dashes, "perfect");
        canvas.Line(_points, canvas.Series(0), 2.2f, null, "model");
        canvas.Legend(Alignment.LowerRight);
    }

    private double FoundIn(double looked)
    {
        for (var i = 1; i < _points.Count; i++)
        {
            if (_points[i].Looked >= looked)
            {
                var (before, after) = (_points[i - 1], _points[i]);
                return after.Looked > before.Looked ? before.Found + ((after.Found - before.Found) * (looked - before.Looked) / (after.Looked - before.Looked)) : after.Found;
            }
        }

        return 1;
    }
}
