using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>The rows of a version: searched, filtered, sorted and arranged.</summary>
public sealed partial class DatasetDataPanel : ComponentBase
{
    private const string SearchStart = "* contains ";

    private string _text = "";
    private string _words = "";
    private string? _knownFilter;
    private IReadOnlyList<IReadOnlyList<string>> _groups = [];
    private Dictionary<string, ColumnProfile> _profiles = [];
    private DatasetProfileDocument? _knownProfile;

    [Inject]
    public required IDialogService DialogService { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary><c>null</c> while they are being opened for the first time.</summary>
    [Parameter]
    public DatasetRows? Rows { get; set; }

    [Parameter]
    public DatasetProfileDocument? Profile { get; set; }

    [Parameter]
    public string? Filter { get; set; }

    /// <summary>Why the filter or the order cannot be used; the rows then still are those of before.</summary>
    [Parameter]
    public string? Problem { get; set; }

    [Parameter]
    public IReadOnlyList<GridSort> Sort { get; set; } = [];

    [Parameter]
    public TableLayout? Layout { get; set; }

    /// <summary>Place of the open row in the view, from 0.</summary>
    [Parameter]
    public long? OpenRow { get; set; }

    /// <summary>Where the figures of a column are.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> StatisticsAddress { get; set; }

    /// <summary>Where a step is added to the recipe, given its name and a column; <c>null</c> for those who may not.</summary>
    [Parameter]
    public Func<string, string, string>? StepAddress { get; set; }

    /// <summary>Where these rows are to be had as a file.</summary>
    [Parameter]
    public string? ExportAddress { get; set; }

    /// <summary>The address of this very view.</summary>
    [Parameter]
    public string Link { get; set; } = "";

    [Parameter]
    public EventCallback<string> OnFilter { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<GridSort>> OnSort { get; set; }

    [Parameter]
    public EventCallback<TableLayout> OnLayout { get; set; }

    [Parameter]
    public EventCallback<long?> OnRow { get; set; }

    /// <summary>A filter that would work on this very table.</summary>
    private string Example
    {
        get
        {
            var number = Rows?.Columns.FirstOrDefault(c => c.Type is ColumnType.Integer or ColumnType.Number);
            var middle = number is null ? null : ProfileOf(number.Name)?.Median;
            return number is not null ? $"e.g. {RowFilterText.Name(number.Name)} >= {(middle ?? 0).ToString("0.####", CultureInfo.InvariantCulture)}"
                : Rows?.Columns is [var first, ..] ? $"e.g. {RowFilterText.Name(first.Name)} is not missing"
                : "";
        }
    }

    protected override void OnParametersSet()
    {
        if (_knownFilter != Filter)
        {
            _knownFilter = Filter;
            _text = Filter ?? "";
            _groups = GroupsOf(Filter);
            _words = _groups.Where(g => g is [var only] && only.StartsWith(SearchStart, StringComparison.Ordinal)).Select(g => g[0][SearchStart.Length..].Trim('\'').Replace("''", "'", StringComparison.Ordinal)).FirstOrDefault() ?? "";
        }

        if (!ReferenceEquals(_knownProfile, Profile))
        {
            _knownProfile = Profile;
            _profiles = Profile?.Columns.ToDictionary(c => c.Name) ?? [];
        }
    }

    private ColumnProfile? ProfileOf(string column) => _profiles.GetValueOrDefault(column);

    // What cannot even be read is shown with its problem, not in parts.
    private static IReadOnlyList<IReadOnlyList<string>> GroupsOf(string? filter)
    {
        try
        {
            return RowFilterText.Groups(filter);
        }
        catch (HubException)
        {
            return [];
        }
    }

    private Task SearchAsync() => ChangeAsync(() => RowFilterText.Replace(
        Filter, c => c.StartsWith(SearchStart, StringComparison.Ordinal), string.IsNullOrWhiteSpace(_words) ? null : SearchStart + RowFilterText.Text(_words.Trim())));

    private Task ChooseBarsAsync(GridBars bars) =>
        Rows is not null && ProfileOf(Rows.Columns[bars.Column].Name) is { } profile && ColumnBars.Condition(profile, bars.From, bars.To) is { } condition
            ? ChangeAsync(() => IsOn(condition) ? RowFilterText.Toggle(Filter, condition) : RowFilterText.Replace(Filter, c => ColumnBars.IsCondition(profile, c), condition))
            : Task.CompletedTask;

    private bool IsOn(string condition) => _groups.Any(g => g is [var only] && only == condition);

    private (int From, int To)? SelectedBars(string column) =>
        ProfileOf(column) is { } profile ? _groups.Where(g => g.Count == 1).Select(g => ColumnBars.Selected(profile, g[0])).FirstOrDefault(s => s is not null) : null;

    private async Task AskAsync(string? column)
    {
        if (Rows is not null && await ColumnFilterDialog.AskAsync(DialogService, Rows.Columns, _profiles, column) is { } condition)
        {
            await ChangeAsync(() => RowFilterText.Write([.. RowFilterText.Groups(Filter), [condition]]));
        }
    }

    private Task ChangeAsync(Func<string> change)
    {
        string filter;
        try
        {
            filter = change();
        }
        catch (HubException)
        {
            // The text in the address is no filter: there is nothing to add to.
            filter = "";
        }

        return OnFilter.InvokeAsync(filter);
    }

    private static IEnumerable<(string Text, string Step)> StepsFor(ColumnType type)
    {
        yield return ("Fill missing values…", RecipeLinks.FillMissing);
        yield return ("Change the type…", RecipeLinks.Cast);
        if (type == ColumnType.Text)
        {
            yield return ("Replace…", RecipeLinks.Replace);
            yield return ("Make columns of its values…", RecipeLinks.OneHot);
        }
        else if (type is ColumnType.Integer or ColumnType.Number)
        {
            yield return ("Put into bins…", RecipeLinks.Bin);
            yield return ("Scale…", RecipeLinks.Standardise);
        }
        else if (type is ColumnType.Date or ColumnType.Datetime)
        {
            yield return ("Take parts of the date…", RecipeLinks.DateParts);
        }

        yield return ("Rename…", RecipeLinks.Rename);
        yield return ("Drop the column", RecipeLinks.DropColumns);
    }
}
