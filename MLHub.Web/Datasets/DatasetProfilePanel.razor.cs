using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>Each column in figures: a list to find one, and one in detail.</summary>
public sealed partial class DatasetProfilePanel : ComponentBase
{
    private const int MaxAlerts = 5;
    private const int MaxListed = 200;
    private const int MaxCorrelations = 5;

    private HashSet<string> _alerted = [];
    private string _search = "";
    private string _order = "table";
    private bool _showsAllAlerts;

    [Parameter, EditorRequired]
    public required DatasetProfileDocument Profile { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<DatasetColumn> Columns { get; set; }

    /// <summary>Name of the column in detail; without one the first is.</summary>
    [Parameter]
    public string? Column { get; set; }

    /// <summary>Address that shows a column in detail.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> OnColumn { get; set; }

    private ColumnProfile? Selected => Profile.Columns.FirstOrDefault(c => c.Name == Column) ?? (Profile.Columns.Count > 0 ? Profile.Columns[0] : null);

    private IEnumerable<ProfileAlert> ShownAlerts => _showsAllAlerts ? Profile.Alerts : Profile.Alerts.Take(MaxAlerts);

    private IEnumerable<ColumnProfile> Matches => Profile.Columns.Where(c => c.Name.Contains(_search.Trim(), StringComparison.OrdinalIgnoreCase));

    private int MatchCount => Matches.Count();

    private IEnumerable<ColumnProfile> Found => (_order switch
    {
        "name" => Matches.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase),
        "missing" => Matches.OrderByDescending(c => c.Missing),
        "distinct" => Matches.OrderByDescending(c => c.Distinct),
        _ => Matches,
    }).Take(MaxListed);

    protected override void OnParametersSet() => _alerted = [.. Profile.Alerts.Select(a => a.Column).OfType<string>()];

    private string Share(long cells) => Profile.RowCount == 0 ? "0 %" : Format.Percent((double)cells / Profile.RowCount);

    // The strongest ones: a whole matrix does not fit beside one column.
    private IReadOnlyList<(string Column, double Value)> CorrelationsOf(string column)
    {
        if (Profile.Correlations is not { } matrix || matrix.Columns.ToList().IndexOf(column) is not (>= 0 and var row))
        {
            return [];
        }

        return [.. matrix.Columns
            .Select((name, index) => (Column: name, Value: matrix.Values[row][index]))
            .Where(c => c.Column != column && c.Value is not null)
            .Select(c => (c.Column, Value: c.Value.GetValueOrDefault()))
            .OrderByDescending(c => Math.Abs(c.Value))
            .Take(MaxCorrelations)];
    }
}
