using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Web.Charts;
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
    private DatasetProfileDocument? _known;
    private string _measure = "all";
    private AssociationChart? _map;

    [Inject]
    public required NavigationManager Navigation { get; set; }

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

    [Parameter, EditorRequired]
    public required Guid DatasetId { get; set; }

    [Parameter, EditorRequired]
    public required int Version { get; set; }

    /// <summary>The column that the one in detail is compared with.</summary>
    [Parameter]
    public string? By { get; set; }

    [Parameter, EditorRequired]
    public required Func<string, string?, string> OnBy { get; set; }

    /// <summary>Where the rows of a filter are.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> FilterAddress { get; set; }

    /// <summary>Where a step is added to the recipe; <c>null</c> for those who may not.</summary>
    [Parameter]
    public Func<string, string?, string>? StepAddress { get; set; }

    private IEnumerable<(string Key, string Text)> Measures
    {
        get
        {
            if (Profile.Associations is not null)
            {
                yield return ("all", "By type");
            }

            if (Profile.Correlations is not null)
            {
                yield return ("pearson", "Pearson");
            }

            if (Profile.RankCorrelations is not null)
            {
                yield return ("spearman", "Spearman");
            }
        }
    }

    private CorrelationMatrix? Matrix => _measure switch
    {
        "spearman" => Profile.RankCorrelations,
        "pearson" => Profile.Correlations,
        _ => Profile.Associations ?? Profile.Correlations,
    };

    private string MeasureWords => _measure switch
    {
        "spearman" => "Spearman's correlation of ranks: whether both grow together, in whatever way.",
        "pearson" => "Pearson's correlation: how straight the line is.",
        _ => "Two numbers: Pearson's correlation. Two of classes: Cramér's V. One of each: the correlation ratio.",
    };

    private int MapHeight => Math.Clamp(150 + (Math.Min(Matrix?.Columns.Count ?? 0, AssociationChart.MaxColumns) * 30), 300, 760);

    private ColumnProfile? Selected => Profile.Columns.FirstOrDefault(c => c.Name == Column) ?? (Profile.Columns.Count > 0 ? Profile.Columns[0] : null);

    private IEnumerable<ProfileAlert> ShownAlerts => _showsAllAlerts ? Profile.Alerts : Profile.Alerts.Take(MaxAlerts);

    private IEnumerable<ColumnProfile> Matches => Profile.Columns.Where(c => c.Name.Contains(_search.Trim(), StringComparison.OrdinalIgnoreCase));

    private int MatchCount => Matches.Count();

    private IEnumerable<ColumnProfile> Found => (_order switch
    {
        "name" => Matches.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase),
        "missing" => Matches.OrderByDescending(c => c.Missing),
        "alerts" => Matches.OrderByDescending(c => _alerted.Contains(c.Name)),
        "distinct" => Matches.OrderByDescending(c => c.Distinct),
        _ => Matches,
    }).Take(MaxListed);

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_known, Profile))
        {
            _known = Profile;
            _alerted = [.. Profile.Alerts.Select(a => a.Column).OfType<string>()];
            Measure(Profile.Associations is null ? "pearson" : "all");
        }
    }

    private void Measure(string measure)
    {
        _measure = measure;
        _map = Matrix is { Columns.Count: > 1 } matrix ? new(matrix, "How columns go together") : null;
    }

    private void ShowPair(ChartReading reading)
    {
        if (_map?.PairAt(reading.Index) is var (x, y) && x != y)
        {
            Navigation.NavigateTo(OnBy(y, x));
        }
    }

    private string Share(long cells) => Profile.RowCount == 0 ? "0 %" : Format.Percent((double)cells / Profile.RowCount);

    // The strongest ones: a whole matrix does not fit beside one column.
    private IReadOnlyList<(string Column, double Value)> CorrelationsOf(string column)
    {
        if ((Profile.Associations ?? Profile.Correlations) is not { } matrix || matrix.Columns.ToList().IndexOf(column) is not (>= 0 and var row))
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
