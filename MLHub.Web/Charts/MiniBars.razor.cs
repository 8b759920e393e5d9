using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;

namespace MLHub.Web.Charts;

/// <summary>The most frequent values of a column in the head of a table.</summary>
public sealed partial class MiniBars : ComponentBase
{
    [Parameter, EditorRequired]
    public required IReadOnlyList<ValueCount> Values { get; set; }

    /// <summary>Cells with a value.</summary>
    [Parameter, EditorRequired]
    public long Total { get; set; }

    /// <summary>Different values in the column, to say how many are not shown.</summary>
    [Parameter]
    public long Distinct { get; set; }

    [Parameter]
    public int Max { get; set; } = 3;

    private IReadOnlyList<ValueCount> Shown => [.. Values.Take(Math.Max(1, Max))];

    private long Others => Math.Max(0, Math.Max(Distinct, Values.Count) - Shown.Count);

    private string Summary => Shown.Count == 0 ? "No values" : "Most frequent: " + string.Join(", ", Shown.Select(v => $"{Name(v)} {ChartText.Percent(Share(v.Count))}"));

    private double Share(long count) => Total > 0 ? Math.Clamp((double)count / Total, 0, 1) : 0;

    private static string Name(ValueCount value) => ChartText.Name(TopValuesChart.Text(value.Value), 60);
}
