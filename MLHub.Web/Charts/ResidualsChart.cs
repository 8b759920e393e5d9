using MLHub.Core.Evaluation;

namespace MLHub.Web.Charts;

/// <summary>Errors over predictions: a shape in the cloud is something that the model has missed.</summary>
public sealed class ResidualsChart(IReadOnlyList<PredictedActual> rows) : Chart
{
    private readonly IReadOnlyList<PredictedActual> _rows = [.. rows.Where(r => double.IsFinite(r.Predicted) && double.IsFinite(r.Actual)).Take(EvaluationReport.MaxScatterPoints)];

    public override string Title => "Errors by prediction";

    public override string Summary => $"{Title}: {ChartText.Count(_rows.Count)} rows.";

    public override string XName => "predicted";

    public override string YName => "actual − predicted";

    public override ChartHover Hover => ChartHover.Nearest;

    public override IReadOnlyList<ChartSeries> Series =>
        [new("error", ChartTheme.CssSeries(0), [.. _rows.OrderBy(r => r.Predicted).Select(r => new ChartPoint(r.Predicted, r.Actual - r.Predicted, Note: $"row {r.RowId + 1}"))])];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_rows.Count == 0)
        {
            canvas.Nothing("No rows with a prediction");
            return;
        }

        var (left, right) = (_rows.Min(r => r.Predicted), _rows.Max(r => r.Predicted));
        var far = Math.Max(_rows.Max(r => Math.Abs(r.Actual - r.Predicted)) * 1.05, double.Epsilon);
        canvas.XAxis(left, right, XName);
        canvas.YAxis(-far, far, YName);
        canvas.Dots(_rows.Select(r => (r.Predicted, r.Actual - r.Predicted)), canvas.Series(0).WithAlpha(_rows.Count > 300 ? 0.45 : 0.7), _rows.Count > 600 ? 4 : 6);
        canvas.Line([(left, 0), (right, 0)], canvas.TextColour, 1.2f, ChartCanvas.Dashes);
    }
}
