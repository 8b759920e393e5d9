using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>A column at a glance.</summary>
public sealed partial class ColumnStrip : ComponentBase
{
    /// <summary><c>null</c> while there is no profile.</summary>
    [Parameter]
    public ColumnProfile? Profile { get; set; }

    /// <summary>The bars that the filter keeps.</summary>
    [Parameter]
    public (int From, int To)? Selected { get; set; }

    private double MissingShare => Profile is { } p && p.Count + p.Missing > 0 ? (double)p.Missing / (p.Count + p.Missing) : 0;

    private string Span => Profile switch
    {
        null => "",
        { Count: 0 } => "nothing",
        { } p when ColumnBars.ShowsHistogram(p) && p.Type != ColumnType.Text => $"{DatasetWords.ValueText(p.Min)} – {DatasetWords.ValueText(p.Max)}",
        { } p => DatasetWords.Count(p.Distinct, "value", "values"),
    };

    private string Summary => Profile switch
    {
        null => "",
        { } p => $"{p.Name}: {DatasetWords.Count(p.Count, "value", "values")}, {Format.Count(p.Missing)} missing, {(p.DistinctIsExact ? "" : "about ")}{Format.Count(p.Distinct)} distinct"
            + (p.Mean is { } mean ? $", mean {Format.Metric(mean)}" : "")
            + (!ColumnBars.ShowsHistogram(p) && p.TopValues.Count > 0 ? $"; most often {DatasetWords.ValueText(p.TopValues[0].Value)} ({Format.Count(p.TopValues[0].Count)})" : ""),
    };
}
