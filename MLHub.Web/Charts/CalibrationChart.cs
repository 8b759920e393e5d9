using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How often rows with a score are positive indeed; the area of a dot tells how many rows are behind it.</summary>
public sealed class CalibrationChart(IReadOnlyList<CalibrationBin> bins) : Chart
{
    private readonly IReadOnlyList<CalibrationBin> _bins = [.. bins.Where(b => b.Count > 0 && double.IsFinite(b.Predicted) && double.IsFinite(b.Actual)).OrderBy(b => b.Predicted)];

    public override string Title => "Calibration";

    public override string Summary => _bins.Count == 0
        ? "Calibration: no rows."
        : $"Calibration in {_bins.Count} ranges of the score; the largest difference between score and share of positive rows is {ChartText.Number(_bins.Max(b => Math.Abs(b.Actual - b.Predicted)))}.";

    public override string XName => "mean score";

    public override string YName => "share of positive rows";

    public override IReadOnlyList<ChartSeries> Series =>
        [new("share of positive rows", ChartTheme.CssSeries(0), [.. _bins.Select(b => new ChartPoint(b.Predicted, b.Actual, Note: $"{ChartText.Count(b.Count)} rows"))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_bins.Count == 0)
        {
            canvas.Nothing("No rows with a score");
            return;
        }

        canvas.XAxis(-0.02, 1.02, XName);
        canvas.YAxis(-0.03, 1.04, YName);
        canvas.Guide(0, 0, 1, 1, "perfect");
        canvas.Line(_bins.Select(b => (b.Predicted, b.Actual)), canvas.Series(0), 2, null, "model");
        var most = _bins.Max(b => b.Count);
        foreach (var bin in _bins)
        {
            canvas.Dots([(bin.Predicted, bin.Actual)], canvas.Series(0), 5 + (9 * (float)Math.Sqrt((double)bin.Count / most)));
        }

        canvas.Legend(Alignment.UpperLeft);
    }
}
