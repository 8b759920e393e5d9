using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Each dot is a row; on the diagonal the model is right.</summary>
/// <param name="r2">Goes into the title.</param>
public sealed class PredictedVsActualChart(IReadOnlyList<PredictedActual> rows, string target = "", double? r2 = null) : Chart
{
    private readonly IReadOnlyList<PredictedActual> _rows = [.. rows.Where(r => double.IsFinite(r.Predicted) && double.IsFinite(r.Actual)).Take(EvaluationReport.MaxScatterPoints)];

    public override string Title => r2 is { } share && double.IsFinite(share) ? $"Predicted and actual · R² {ChartText.Number(Math.Round(share, 4))}" : "Predicted and actual";

    public override string Summary => $"{Title}: {ChartText.Count(_rows.Count)} rows.";

    public override string XName => target.Length == 0 ? "actual" : $"actual {ChartText.Name(target, 32)}";

    public override string YName => target.Length == 0 ? "predicted" : $"predicted {ChartText.Name(target, 32)}";

    public override ChartHover Hover => ChartHover.Nearest;

    public override IReadOnlyList<ChartSeries> Series =>
        [new("predicted", ChartTheme.CssSeries(0), [.. _rows.OrderBy(r => r.Actual).Select(r => new ChartPoint(r.Actual, r.Predicted, Note: $"row {r.RowId + 1}"))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_rows.Count == 0)
        {
            canvas.Nothing("No rows with a prediction");
            return;
        }

        var low = _rows.Min(r => Math.Min(r.Actual, r.Predicted));
        var high = _rows.Max(r => Math.Max(r.Actual, r.Predicted));
        var room = (high - low) * 0.03;
        canvas.XAxis(low - room, high + room, XName);
        canvas.YAxis(low - room, high + room, YName);
        canvas.Plot.Grid.XAxisStyle.IsVisible = true;
        canvas.Dots(_rows.Select(r => (r.Actual, r.Predicted)), canvas.Series(0).WithAlpha(_rows.Count > 300 ? 0.45 : 0.7), _rows.Count > 600 ? 4 : 6, "row");
        canvas.Line([(low - room, low - room), (high + room, high + room)], canvas.TextColour, 1.2f, ChartCanvas.Dashes, "predicted = actual");
        canvas.Legend(Alignment.UpperLeft);
    }
}
