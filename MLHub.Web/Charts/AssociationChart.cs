using MLHub.Core.Datasets;
using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>How strongly each two columns go together, as a map of colours; blue for the same direction, red for the opposite.</summary>
public sealed class AssociationChart : Chart
{
    public const int MaxColumns = 30;

    private readonly CorrelationMatrix _matrix;
    private readonly string _title;
    private readonly int[] _shown;

    public AssociationChart(CorrelationMatrix matrix, string title)
    {
        (_matrix, _title) = (matrix, title);
        // Of many columns those that go together with others most.
        _shown = matrix.Columns.Count <= MaxColumns
            ? [.. Enumerable.Range(0, matrix.Columns.Count)]
            : [.. Enumerable.Range(0, matrix.Columns.Count).OrderByDescending(i => matrix.Values[i].Where((_, j) => j != i).Max(v => Math.Abs(v ?? 0))).Take(MaxColumns).Order()];
    }

    public override string Title => _title;

    public override string Summary
    {
        get
        {
            var strongest = Pairs.Where(p => p.Value is not null).OrderByDescending(p => Math.Abs(p.Value!.Value)).Take(5).ToList();
            return strongest.Count == 0
                ? $"{_title}: nothing can be compared."
                : $"{_title}, strongest: " + string.Join(", ", strongest.Select(p => $"{ChartText.Name(_matrix.Columns[p.X], 40)} and {ChartText.Name(_matrix.Columns[p.Y], 40)} {Figure(p.Value)}")) + ".";
        }
    }

    public override string XName => "";

    public override string YName => "";

    public override ChartHover Hover => ChartHover.Nearest;

    public override string Variant => _title;

    public override IReadOnlyList<ChartSeries> Series =>
    [
        new("association", ChartTheme.CssSeries(0),
        [
            .. _shown.SelectMany((y, row) => _shown.Select((x, column) => new ChartPoint(
                column, _shown.Length - 1 - row, ChartText.Name(_matrix.Columns[x], 60), Figure(_matrix.Values[y][x]), ChartText.Name(_matrix.Columns[y], 60)))),
        ]),
    ];

    /// <summary>The two columns of a point of the series.</summary>
    public (string X, string Y) PairAt(int index) => (_matrix.Columns[_shown[index % _shown.Length]], _matrix.Columns[_shown[index / _shown.Length]]);

    private IEnumerable<(int X, int Y, double? Value)> Pairs =>
        _shown.SelectMany((x, at) => _shown.Skip(at + 1).Select(y => (x, y, _matrix.Values[x][y])));

    internal override void Draw(ChartCanvas canvas)
    {
        var size = _shown.Length;
        if (size < 2)
        {
            canvas.Nothing("Too few columns to compare");
            return;
        }

        var letters = Math.Clamp(canvas.Width / 34, 5, 20);
        var room = (canvas.Width - (letters * 7) - 40) / size;
        var places = Enumerable.Range(0, size).Select(i => (double)i).ToArray();
        canvas.XAxis(-0.5, size - 0.5, "", new(places, [.. _shown.Select(c => Name(c, letters))]));
        canvas.YAxis(-0.5, size - 0.5, "", ticks: new([.. places.Select(p => size - 1 - p)], [.. _shown.Select(c => Name(c, letters))]));
        canvas.Plot.Grid.YAxisStyle.IsVisible = false;
        var fontSize = Math.Clamp(0.8f * Math.Min(room, canvas.Height / size), 7, 12);
        canvas.Plot.Axes.Left.TickLabelStyle.FontSize = fontSize;
        canvas.Plot.Axes.Bottom.TickLabelStyle.FontSize = fontSize;
        // Names stand upright; the layout does not reckon with turned ones.
        canvas.Plot.Axes.Bottom.MinimumSize = 14 + (fontSize * 0.62f * _shown.Max(c => Name(c, letters).Length));
        canvas.Plot.Axes.Bottom.TickLabelStyle.Rotation = -90;
        canvas.Plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                if (_matrix.Values[_shown[row]][_shown[column]] is { } value)
                {
                    Cell(canvas, column, size - 1 - row, value, room);
                }
            }
        }
    }

    private static void Cell(ChartCanvas canvas, int x, int y, double value, int room)
    {
        var cell = canvas.Plot.Add.Rectangle(x - 0.48, x + 0.48, y - 0.48, y + 0.48);
        cell.FillColor = canvas.Series(value < 0 ? 6 : 0).WithAlpha(0.04 + (0.56 * Math.Abs(value)));
        cell.LineWidth = 0;
        if (room >= 36)
        {
            var text = canvas.Plot.Add.Text(Figure(value), x, y);
            text.LabelFontName = ChartFonts.Family;
            text.LabelFontSize = 11;
            text.LabelFontColor = canvas.TextColour;
            text.LabelAlignment = Alignment.MiddleCenter;
        }
    }

    private string Name(int column, int letters) => ChartText.Name(_matrix.Columns[column], letters);

    private static string Figure(double? value) => value is { } number ? number.ToString("0.00").Replace('-', '−') : "–";
}
