using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Charts;

/// <summary>The distribution of a column in the head of a table: as wide as its place, some hundred bytes of markup.</summary>
public sealed partial class MiniHistogram : ComponentBase
{
    private const int MaxBins = 40;

    [Parameter, EditorRequired]
    public required IReadOnlyList<HistogramBin> Bins { get; set; }

    /// <summary>How edges are written in tooltips.</summary>
    [Parameter]
    public ColumnType Type { get; set; } = ColumnType.Number;

    [Parameter]
    public int Height { get; set; } = 40;

    [Parameter]
    public string Label { get; set; } = "Distribution";

    private IReadOnlyList<HistogramBin> Shown => Bins.Count <= MaxBins ? Bins : [.. Bins.Take(MaxBins)];

    private double Width => 100d / Math.Max(1, Shown.Count);

    private double Left(int index) => index * Width;

    // A bin with one row among millions is still to be seen.
    private double Tall(HistogramBin bin) => bin.Count <= 0 ? 0 : Math.Max(1.5, (double)bin.Count / Math.Max(1, Shown.Max(b => b.Count)) * (Height - 1));

    private static string Text(double value) => value.ToString("0.##");
}
