using ScottPlot;

namespace MLHub.Web.Charts;

/// <summary>Bars from the left with their names before them, the first on top.</summary>
internal static class LyingBars
{
    public static void Draw(ChartCanvas canvas, IReadOnlyList<(string Name, double Value, double Error)> bars, string xName, Func<double, string>? text)
    {
        // A low picture has the first bars only: names would lie on each other.
        bars = [.. bars.Take(Math.Max(3, (canvas.Height - 56) / 15))];
        // As many letters as fit into about two fifths of the width.
        var letters = Math.Clamp((int)(canvas.Width * 0.4 / 7), 6, 40);
        var places = bars.Select((_, i) => (double)(bars.Count - 1 - i)).ToArray();
        var low = Math.Min(0, bars.Min(b => b.Value - b.Error));
        var high = Math.Max(0, bars.Max(b => b.Value + b.Error));
        var room = (high - low) * (text is null ? 0.04 : 75d / canvas.Width);
        if (room == 0)
        {
            room = 1;
        }

        canvas.XAxis(low < 0 ? low - room : 0, high > 0 ? high + room : 0, xName, ChartTicks.Linear(low, high > low ? high : low + 1, Math.Max(2, (canvas.Width - 200) / 80)));
        canvas.YAxis(-0.6, bars.Count - 0.4, "", ticks: new ChartTicks(places, [.. bars.Select(b => ChartText.Name(b.Name, letters))]));
        canvas.Plot.Grid.XAxisStyle.IsVisible = true;
        canvas.Plot.Grid.YAxisStyle.IsVisible = false;
        canvas.Bars(bars.Index().Select(b => new Bar
        {
            Position = places[b.Index],
            Value = b.Item.Value,
            Size = 0.62,
            FillColor = canvas.Series(0),
            Orientation = Orientation.Horizontal,
        }));
        if (bars.Any(b => b.Error > 0))
        {
            var zeros = new double[bars.Count];
            var errors = bars.Select(b => b.Error).ToArray();
            canvas.Plot.Add.Plottable(new ScottPlot.Plottables.ErrorBar([.. bars.Select(b => b.Value)], places, errors, errors, zeros, zeros) { Color = canvas.TextColour, LineWidth = 1.2f, CapSize = 3 });
        }

        if (text is not null)
        {
            foreach (var (i, bar) in bars.Index())
            {
                var label = canvas.Plot.Add.Text(canvas.Text(text(bar.Value)), bar.Value, places[i]);
                label.LabelFontName = ChartFonts.Family;
                label.LabelFontSize = 11;
                label.LabelFontColor = canvas.Muted;
                label.LabelAlignment = Alignment.MiddleLeft;
                label.OffsetX = 5;
            }
        }
    }
}
