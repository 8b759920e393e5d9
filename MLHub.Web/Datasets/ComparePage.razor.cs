using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Comparison;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Datasets;

/// <summary>Two versions of a dataset side by side. Versions, key, confirmed renames and the part of the rows that is shown stand in the address.</summary>
public sealed partial class ComparePage : HubPage
{
    private const int PageSize = 25;
    private const int VersionsListed = 100;

    private Actor? _actor;
    private DatasetView? _dataset;
    private IReadOnlyList<DatasetVersionView> _versions = [];
    private IReadOnlyList<string> _common = [];
    private DatasetDiff? _diff;
    private ChangedRows? _rows;
    private CancellationTokenSource? _comparing;
    private IReadOnlyList<Crumb> _crumbs = [];
    private string? _asked;
    private string? _shown;
    private bool _isMissing;
    private string? _failure;

    [Inject]
    public required DatasetService Datasets { get; set; }

    [Inject]
    public required DatasetDiffService Diffs { get; set; }

    [Inject]
    public required DatasetVersionService History { get; set; }

    [Inject]
    public required WorkspaceService Workspaces { get; set; }

    [Inject]
    public required CurrentWorkspace Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public int? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public int? To { get; set; }

    [SupplyParameterFromQuery(Name = "key")]
    public string[]? Key { get; set; }

    [SupplyParameterFromQuery(Name = "renamed")]
    public string[]? Renamed { get; set; }

    /// <summary>Compare as if there were no key.</summary>
    [SupplyParameterFromQuery(Name = "keyless")]
    public bool Keyless { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "column")]
    public string? Column { get; set; }

    [SupplyParameterFromQuery(Name = "offset")]
    public long Offset { get; set; }

    private int ToNumber => To ?? _dataset?.LatestVersion ?? 0;

    private int FromNumber => From ?? _versions.FirstOrDefault(v => v.State == DatasetVersionState.Ready && v.Number < ToNumber)?.Number ?? ToNumber;

    private bool MayEdit => _dataset?.MyRole >= WorkspaceRole.Editor;

    private string? ShownKind => Kind is "added" or "removed" or "changed" ? Kind : null;

    private IEnumerable<(string? Kind, long Count, string Word)> Counts => _diff is null ? []
        : _diff.Rows.Key.Count == 0
            ? [("added", _diff.Rows.Added, "added"), ("removed", _diff.Rows.Removed, "removed")]
            : [("added", _diff.Rows.Added, "added"), ("removed", _diff.Rows.Removed, "removed"), ("changed", _diff.Rows.Changed, "changed")];

    /// <summary>Columns with cells that differ, most first.</summary>
    private IReadOnlyList<string> ChangedColumns =>
        _diff is null ? [] : [.. _diff.Statistics.Where(s => s.Changed > 0).OrderByDescending(s => s.Changed).Select(s => s.ToColumn)];

    /// <summary>The key first, then what changed, then the rest.</summary>
    private IReadOnlyList<string> ShownColumns
    {
        get
        {
            var all = _rows?.Rows.SelectMany(r => r.Cells.Select(c => c.Column)).Distinct().ToList() ?? [];
            return [.. all.OrderBy(c => _diff!.Rows.Key.Contains(c) ? 0 : ChangedColumns.Contains(c) ? 1 : 2)];
        }
    }

    private DiffRequest Request => DiffParameters.Read(FromNumber, ToNumber, Key, Renamed, Keyless);

    public override void Dispose()
    {
        // Nobody waits for the answer any more, and others wait for their turn.
        _comparing?.Cancel();
        base.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        try
        {
            _isMissing = false;
            await LoadAsync();
        }
        catch (HubException refused) when (refused.Refusal == Refusal.NotFound)
        {
            _isMissing = true;
        }
        catch (HubException refused)
        {
            (_failure, _diff, _rows) = (refused.Message, null, null);
        }
    }

    protected override Task RefreshAsync() => Task.CompletedTask;

    private async Task LoadAsync()
    {
        _actor ??= await ActorAsync();
        if (_dataset?.Id != Id)
        {
            _dataset = await Datasets.GetAsync(_actor, Id, CancellationToken.None);
            _versions = (await Datasets.VersionsAsync(_actor, Id, new(VersionsListed), CancellationToken.None)).Items;
            await FindPlaceAsync(_dataset);
        }

        var asked = $"{Id} {FromNumber} {ToNumber} {string.Join('\n', Key ?? [])} {string.Join('\n', Renamed ?? [])} {Keyless}";
        if (_asked == asked || await CompareAsync(asked))
        {
            await ReadRowsAsync();
        }
    }

    /// <returns>Whether it is still what the page is asked for.</returns>
    private async Task<bool> CompareAsync(string asked)
    {
        _comparing?.Cancel();
        using var mine = new CancellationTokenSource();
        _comparing = mine;
        (_asked, _diff, _rows, _shown, _failure) = (asked, null, null, null, null);
        try
        {
            var from = await Datasets.VersionAsync(_actor!, Id, FromNumber, mine.Token);
            var to = await Datasets.VersionAsync(_actor!, Id, ToNumber, mine.Token);
            mine.Token.ThrowIfCancellationRequested();
            _common = [.. from.Columns.Select(c => c.Name).Intersect(to.Columns.Select(c => c.Name))];
            StateHasChanged();
            var diff = await Diffs.CompareAsync(_actor!, Id, Request, mine.Token);
            mine.Token.ThrowIfCancellationRequested();
            _diff = diff;
            return true;
        }
        catch (Exception late) when (late is HubException or OperationCanceledException && mine.IsCancellationRequested)
        {
            // A later change of the address has taken over, or the page is gone: how this one ended is nobody's news.
            return false;
        }
        finally
        {
            if (ReferenceEquals(_comparing, mine))
            {
                _comparing = null;
            }
        }
    }

    private async Task ReadRowsAsync()
    {
        var shown = $"{ShownKind} {Column} {Offset}";
        if (_diff is null || _shown == shown)
        {
            return;
        }

        _shown = shown;
        var query = new ChangedRowQuery { Kind = DiffParameters.Kind(ShownKind), Column = string.IsNullOrEmpty(Column) ? null : Column, Offset = Offset, Limit = PageSize };
        var diff = _diff;
        try
        {
            var rows = await Diffs.RowsAsync(_actor!, Id, Request, query, CancellationToken.None);
            if (ReferenceEquals(_diff, diff) && _shown == shown)
            {
                _rows = rows;
            }
        }
        catch (HubException) when (!ReferenceEquals(_diff, diff) || _shown != shown)
        {
            // Of other rows than those that are asked for now.
        }
    }

    /// <summary>The workspace of somebody who only sees this dataset stays unknown to them.</summary>
    private async Task FindPlaceAsync(DatasetView dataset)
    {
        var here = new Crumb(dataset.Name, $"/datasets/{Id:N}");
        try
        {
            var workspace = await Workspaces.GetAsync(_actor!, dataset.WorkspaceId, CancellationToken.None);
            await Current.UseAsync(workspace.Slug);
            _crumbs = [new(workspace.Name, $"/w/{workspace.Slug}"), new("Datasets", $"/w/{workspace.Slug}/datasets"), here, new("Compare", null)];
        }
        catch (HubException unknown) when (unknown.Refusal == Refusal.NotFound)
        {
            _crumbs = [here, new("Compare", null)];
        }
    }

    private void Ask(DiffAsked asked) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["from"] = asked.From,
        ["to"] = asked.To,
        ["key"] = asked.Key.ToArray(),
        ["keyless"] = asked.IsKeyless ? true : null,
        ["kind"] = null,
        ["column"] = null,
        ["offset"] = null,
    }));

    private string AddressOf(bool swap) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["from"] = swap ? ToNumber : FromNumber,
        ["to"] = swap ? FromNumber : ToNumber,
        ["renamed"] = null,
        ["kind"] = null,
        ["column"] = null,
        ["offset"] = null,
    });

    private string KindAddress(string? kind) => Part("kind", kind == ShownKind ? null : kind);

    private string ColumnAddress(string? column) => Part("column", column);

    private string OffsetAddress(long offset) => Navigation.GetUriWithQueryParameter("offset", offset == 0 ? (long?)null : offset);

    private string Part(string parameter, string? value) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        // Columns are filtered among the changed rows only.
        ["kind"] = parameter == "column" ? null : ShownKind,
        ["column"] = null,
        [parameter] = value,
        ["offset"] = null,
    });

    private string ConfirmAddress(RenamedColumn column) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["renamed"] = column.IsCompared
            ? (Renamed ?? []).Where(r => r != $"{column.From}:{column.To}").ToArray()
            : [.. Renamed ?? [], $"{column.From}:{column.To}"],
        ["kind"] = null,
        ["column"] = null,
        ["offset"] = null,
    });

    private async Task RestoreAsync()
    {
        var number = 0;
        if (await TryAsync(async () => number = await History.RestoreAsync(_actor!, Id, FromNumber, null, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/datasets/{Id:N}?tab=versions");
        }
    }
}
