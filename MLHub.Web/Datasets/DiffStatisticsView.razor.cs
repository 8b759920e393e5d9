using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets.Comparison;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>Each column before and after: its distribution, missing values, mean, and how far it moved.</summary>
public sealed partial class DiffStatisticsView : ComponentBase
{
    private int _most = 60;

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnDiff> Statistics { get; set; }

    [Parameter]
    public int From { get; set; }

    [Parameter]
    public int To { get; set; }

    [Parameter]
    public long FromRows { get; set; }

    [Parameter]
    public long ToRows { get; set; }

    [Parameter, EditorRequired]
    public required Func<string?, string> ColumnAddress { get; set; }

    // The usual bounds of credit scoring.
    private static string WordOf(double? psi) => psi switch
    {
        null => "",
        < 0.1 => "steady",
        < 0.25 => "shifted",
        _ => "moved",
    };

    private static string ToneOf(double? psi) => psi switch
    {
        >= 0.25 => "bad",
        >= 0.1 => "warn",
        _ => "",
    };

    private static string Share(long missing, long rows) => missing == 0 ? "0" : $"{Format.Count(missing)} ({Format.Percent((double)missing / Math.Max(1, rows))})";
}
