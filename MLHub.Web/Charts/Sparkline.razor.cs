using System.Text;
using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Charts;

/// <summary>A line the size of a word: where a metric goes. Values that are not numbers leave a gap.</summary>
public sealed partial class Sparkline : ComponentBase
{
    private const int MaxPoints = 120;
    private const double Edge = 3;
    private string _path = "";
    private (string X, string Y)? _last;

    [Parameter, EditorRequired]
    public required IReadOnlyList<double?> Values { get; set; }

    [Parameter]
    public int Width { get; set; } = 96;

    [Parameter]
    public int Height { get; set; } = 24;

    /// <summary>What is measured.</summary>
    [Parameter]
    public string Label { get; set; } = "Curve";

    private string Summary
    {
        get
        {
            var known = Values.Where(v => v is { } x && double.IsFinite(x)).ToList();
            return known.Count == 0 ? $"{Label}: no values" : $"{Label}: from {ChartText.Number(known[0]!.Value)} to {ChartText.Number(known[^1]!.Value)}";
        }
    }

    protected override void OnParametersSet()
    {
        var values = Values.Count <= MaxPoints ? Values : [.. Enumerable.Range(0, MaxPoints).Select(i => Values[(int)((long)i * (Values.Count - 1) / (MaxPoints - 1))])];
        var known = values.Where(v => v is { } x && double.IsFinite(x)).Select(v => v!.Value).ToList();
        (_path, _last) = ("", null);
        if (known.Count == 0)
        {
            return;
        }

        var (low, high) = (known.Min(), known.Max());
        var path = new StringBuilder();
        var draws = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value || !double.IsFinite(value))
            {
                draws = false;
                continue;
            }

            var x = Text(Edge + (values.Count == 1 ? 0.5 : (double)i / (values.Count - 1)) * (Width - (2 * Edge)));
            var y = Text(Edge + (high > low ? (high - value) / (high - low) : 0.5) * (Height - (2 * Edge)));
            path.Append(draws ? 'L' : 'M').Append(x).Append(' ').Append(y);
            draws = true;
            _last = (x, y);
        }

        _path = path.ToString();
    }

    private static string Text(double value) => value.ToString("0.#");
}
