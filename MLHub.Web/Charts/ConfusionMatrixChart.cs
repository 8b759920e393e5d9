using MLHub.Core.Evaluation;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Confusion matrix as a picture, for downloads and reports; pages show <c>ConfusionMatrixView</c>, which can be read and clicked.</summary>
public sealed class ConfusionMatrixChart(ConfusionMatrix matrix) : Chart
{
    private readonly int _size = Math.Min(matrix.Labels.Count, 50);

    public override string Title => "Confusion matrix";

    public override string Summary => $"Confusion matrix of {matrix.Labels.Count} classes, {ChartText.Count(matrix.Counts.Sum(r => r.Sum()))} rows.";

    public override string XName => "predicted";

    public override string YName => "actual";

    public override ChartHover Hover => ChartHover.Nearest;

    public override IReadOnlyList<ChartSeries> Series =>
        [.. Enumerable.Range(0, _size).Select(a => new ChartSeries(
            $"actual {Name(a, 60)}", ChartTheme.CssSeries(0), [.. Enumerable.Range(0, _size).Select(p => new ChartPoint(p, _size - 1 - a, $"predicted {Name(p, 60)}", ChartText.Count(matrix.Counts[a][p])))]))];

    internal override void Draw(ChartCanvas canvas)
    {
        if (_size == 0)
        {
            canvas.Nothing("No classes");
            return;
        }

        var letters = Math.Clamp(canvas.Width / 30, 5, 24);
        var room = (canvas.Width - (letters * 7) - 40) / _size;
        var across = Math.Clamp(room / 8, 1, letters);
        var places = Enumerable.Range(0, _size).Select(i => (double)i).ToArray();
        // Names of narrow columns stand upright.
        var upright = room < 40;
        canvas.XAxis(-0.5, _size - 0.5, XName, new(places, [.. places.Select(p => Name((int)p, upright ? letters : across))]));
        canvas.YAxis(-0.5, _size - 0.5, YName, ticks: new([.. places.Select(p => _size - 1 - p)], [.. places.Select(p => Name((int)p, letters))]));
        canvas.Plot.Grid.YAxisStyle.IsVisible = false;
        var fontSize = Math.Clamp(0.8f * Math.Min(room, canvas.Height / _size), 6, 12);
        canvas.Plot.Axes.Left.TickLabelStyle.FontSize = fontSize;
        canvas.Plot.Axes.Bottom.TickLabelStyle.FontSize = fontSize;
        if (upright)
        {
            // The layout does not reckon with turned names.
            canvas.Plot.Axes.Bottom.MinimumSize = 34 + (fontSize * 0.58f * Enumerable.Range(0, _size).Max(i => Name(i, letters).Length));
            canvas.Plot.Axes.Bottom.TickLabelStyle.Rotation = -90;
            canvas.Plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        }

        for (var actual = 0; actual < _size; actual++)
        {
            var sum = Math.Max(1, matrix.Counts[actual].Sum());
            for (var predicted = 0; predicted < _size; predicted++)
            {
                Cell(canvas, predicted, _size - 1 - actual, matrix.Counts[actual][predicted], (double)matrix.Counts[actual][predicted] / sum, room);
            }
        }
    }

    private void Cell(ChartCanvas canvas, int x, int y, long count, double share, int room)
    {
        var cell = canvas.Plot.Add.Rectangle(x - 0.48, x + 0.48, y - 0.48, y + 0.48);
        cell.FillColor = canvas.Series(0).WithAlpha(0.05 + (0.5 * share));
        cell.LineWidth = 0;
        if (room >= 34 && canvas.Height / _size >= 20)
        {
            var tall = room >= 60 && canvas.Height / _size >= 48;
            var text = canvas.Plot.Add.Text(tall ? $"{ChartText.Count(count)}\n{ChartText.Percent(share)}" : ChartText.Number(count), x, y);
            text.LabelFontName = ChartFonts.Family;
            text.LabelFontSize = tall ? 13 : 11;
            text.LabelFontColor = canvas.TextColour;
            text.LabelAlignment = Alignment.MiddleCenter;
        }
    }

    private string Name(int index, int letters) => ChartText.Name(matrix.Labels[index], letters);
}
