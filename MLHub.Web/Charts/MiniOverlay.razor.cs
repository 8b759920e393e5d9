using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets.Comparison;

namespace MLHub.Web.Charts;

/// <summary>A column before and after in one small picture: shares of the rows per bin, so that tables of different length can be compared.</summary>
public sealed partial class MiniOverlay : ComponentBase
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<DiffBin> Bins { get; set; }

    [Parameter]
    public ColumnType Type { get; set; } = ColumnType.Number;

    [Parameter]
    public int Height { get; set; } = 36;

    [Parameter]
    public string Label { get; set; } = "Distribution before and after";

    private double AllBefore => Math.Max(1, Bins.Sum(b => b.Before));

    private double AllAfter => Math.Max(1, Bins.Sum(b => b.After));

    private double Width => 100d / Math.Max(1, Bins.Count);

    private double Highest => Math.Max(1e-9, Bins.Max(b => Math.Max(b.Before / AllBefore, b.After / AllAfter)));

    // A bin with one row among millions is still to be seen.
    private double Tall(long count, double all) => count <= 0 ? 0 : Math.Max(1.5, count / all / Highest * (Height - 1));

    private string TitleOf(DiffBin bin)
    {
        var name = bin is { From: { } from, To: { } to } ? $"{HistogramChart.Edge(Type, from)} … {HistogramChart.Edge(Type, to)}" : bin.Value ?? "all other values";
        return $"{name}: {ChartText.Percent(bin.Before / AllBefore)} before, {ChartText.Percent(bin.After / AllAfter)} after";
    }

    private static string Text(double value) => value.ToString("0.##");
}
