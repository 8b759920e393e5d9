using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Filters;
using MLHub.Web.Components;

namespace MLHub.Web.Experiments;

public sealed partial class ExperimentPage
{
    private RunTableState _state = new();
    private RunFields _fields = new([], [], []);
    private IReadOnlyList<string> _fieldNames = [];
    private IReadOnlyList<RunColumn> _columns = [];
    private IReadOnlyDictionary<string, (double Min, double Max)> _ranges = new Dictionary<string, (double, double)>();
    private IReadOnlyList<RunListed> _listed = [];
    private IReadOnlyList<RunListed>? _held;
    private RunGrid? _grid;
    private string? _heldWords;
    private bool _isBelow;
    private IReadOnlyList<RunTableRow>? _rows;
    private IReadOnlySet<Guid> _ticked = new HashSet<Guid>();
    private readonly HashSet<string> _turned = [];
    private RunView? _peeked;
    private string? _primary;
    private string _askedFilter = "";
    private int _matching;
    private int _total;
    private int _version;
    private long _fieldsAt;
    private bool _isArranged;

    [SupplyParameterFromQuery(Name = "f")]
    private string? FilterText { get; set; }

    [SupplyParameterFromQuery(Name = "s")]
    private string? SortText { get; set; }

    [SupplyParameterFromQuery(Name = "cols")]
    private string? ColumnsText { get; set; }

    [SupplyParameterFromQuery(Name = "diff")]
    private string? DifferencesText { get; set; }

    [SupplyParameterFromQuery(Name = "g")]
    private string? GroupsText { get; set; }

    [SupplyParameterFromQuery(Name = "peek")]
    private string? PeekText { get; set; }

    private IEnumerable<string> Groupings =>
        new[] { "algorithm", "state", "dataset", "user", "source" }.Concat(_fields.Parameters.Select(p => $"param.{p.Key}").Concat(_fields.Tags.Select(t => $"tag.{t.Key}")).Take(60));

    /// <summary>Reads which runs there are; the lines in sight read their own.</summary>
    /// <param name="isAsked">The reader did something that changes the lines; news wait until the reader wants them.</param>
    private async Task ArrangeAsync(Actor actor, bool isAsked)
    {
        var before = _state;
        _state = RunTableState.Of(FilterText, SortText, ColumnsText, DifferencesText, GroupsText);
        if (!_isArranged)
        {
            _isArranged = true;
            // An address that says nothing opens as this person left the table; one that was shared opens as it says.
            if (_state.IsPlain && await Tables.LayoutAsync(actor, Id, CancellationToken.None) is { } kept)
            {
                _state = _state.WithLayout(kept);
                Show(_state, keeps: false);
            }
        }

        var asked = _state;
        var filter = RunFilterParser.Parse(asked.Filter).Problem is null ? asked.Filter : "";
        if (_fieldsAt == 0 || _matching < CheapRuns || filter != _askedFilter || Time.GetElapsedTime(_fieldsAt) >= FieldsInterval)
        {
            _fieldsAt = Time.GetTimestamp();
            _askedFilter = filter;
            var fields = await Search.FieldsAsync(actor, Id, filter, CancellationToken.None);
            var primary = RunTableState.Primary(fields);
            var ranges = primary is null ? new Dictionary<string, (double, double)>() : await Search.RangesAsync(actor, Id, [primary], CancellationToken.None);
            if (filter != _askedFilter)
            {
                return;
            }

            (_fields, _primary, _ranges) = (fields, primary, ranges);
            _fieldNames = [.. _fields.Metrics.Select(m => $"metric.{m.Key}"), .. _fields.Parameters.Select(p => $"param.{p.Key}"), .. _fields.Tags.Select(t => $"tag.{t.Key}")];
        }

        var listing = await Search.ListAsync(actor, Id, filter, asked.Sort, asked.Groups, _primary, CancellationToken.None);
        if (!ReferenceEquals(asked, _state))
        {
            // The table was asked for something else meanwhile: a slow answer must not replace the one that belongs to the address.
            return;
        }

        (_total, _matching) = (listing.Total, listing.Runs.Count);
        _columns = _state.Shown(_fields, _matching, _primary);
        _version++;
        Take(listing.Runs, mayHold: !isAsked && _state.Filter == before.Filter && _state.Layout == before.Layout);
        if (_trainAgain is null && listing.Runs.Count > 0 && (await Search.PageAsync(actor, Id, "source = mlhub", null, new(1), CancellationToken.None)).Items is [{ Dataset: { Name: not null } data } newest])
        {
            _trainAgain = $"/datasets/{data.Id:N}/train?from={newest.Id:N}&experiment={Id:N}";
        }

        _peeked = Guid.TryParse(PeekText, out var peek) ? (await Search.ByIdsAsync(actor, Id, [peek], null, CancellationToken.None)).FirstOrDefault() : null;
    }

    /// <summary>Shows these runs, unless that would move the lines that somebody has scrolled to: then they wait.</summary>
    private void Take(IReadOnlyList<RunListed> listed, bool mayHold)
    {
        if (mayHold && _isBelow && _rows is { Count: > 0 } shown && !RunTableRow.IsContinued(shown, Rows(listed)))
        {
            _held = listed;
            var known = _listed.Select(r => r.Id).ToHashSet();
            _heldWords = listed.Count(r => !known.Contains(r.Id)) switch
            {
                0 => "Show the new order",
                1 => "1 new run",
                var more => $"{Format.Count(more)} new runs",
            };
            return;
        }

        (_listed, _held, _heldWords) = (listed, null, null);
        Arrange();
        _isBelow &= _rows is { Count: > 0 };
    }

    private void Arrange()
    {
        var rows = Rows(_listed);
        // The same lines again are no reason to lay the table out anew.
        _rows = _rows is not null && _rows.SequenceEqual(rows) ? _rows : rows;
    }

    // Groups are open and parts are folded until somebody turns them.
    private List<RunTableRow> Rows(IReadOnlyList<RunListed> listed) =>
        RunTableRow.Arrange(listed, _state.Groups.Count > 0, _primary, key => key.StartsWith("g:", StringComparison.Ordinal) != _turned.Contains(key));

    /// <summary>At the top of the table news come in by themselves.</summary>
    private void Scrolled(bool isBelow)
    {
        _isBelow = isBelow;
        if (!isBelow && _held is { } held)
        {
            Take(held, mayHold: false);
        }
    }

    private async Task ShowHeldAsync()
    {
        if (_held is not { } held)
        {
            return;
        }

        var known = _listed.Select(r => r.Id).ToHashSet();
        Take(held, mayHold: false);
        var first = _rows!.ToList().FindIndex(r => r.Group is null && !known.Contains(r.Id));
        if (first >= 0 && _grid is not null)
        {
            StateHasChanged();
            await _grid.RevealAsync(first);
        }
    }

    private async Task<IReadOnlyList<RunView>> ReadAsync(IReadOnlyList<Guid> ids)
    {
        var wanted = new RunColumns(
            [.. _columns.Where(c => c.IsMetric).Select(c => c.Field.Key!)],
            [.. _columns.Where(c => c.Field.Kind == RunFieldKind.Parameter).Select(c => c.Field.Key!)]);
        try
        {
            return await Search.ByIdsAsync(await ActorAsync(), Id, ids, wanted, CancellationToken.None);
        }
        catch (HubException)
        {
            // The right to see them was taken away; the page says so with its next refresh.
            return [];
        }
    }

    private void Show(RunTableState state, bool keeps)
    {
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(state.Query), new NavigationOptions { ReplaceHistoryEntry = !keeps });
    }

    private async Task ChangeAsync(RunTableState state)
    {
        if (state.Layout != _state.Layout)
        {
            await TryAsync(async () => await Tables.KeepAsync(await ActorAsync(), Id, state.Layout, CancellationToken.None));
        }

        Show(state, keeps: true);
    }

    private Task FilterAsync(string filter) => ChangeAsync(_state with { Filter = filter });

    private Task SortAsync((RunColumn Column, bool Adds) click) => ChangeAsync(_state.SortedBy(click.Column, click.Adds));

    private Task ChooseAsync(IReadOnlyList<string>? columns) => ChangeAsync(_state with { Columns = columns });

    private Task OnlyDifferencesAsync(ChangeEventArgs change) => ChangeAsync(_state with { OnlyDifferences = change.Value is true });

    private Task GroupAsync(int place, ChangeEventArgs change)
    {
        var groups = _state.Groups.ToList();
        var name = change.Value?.ToString() ?? "";
        groups = name.Length == 0 ? [.. groups.Take(place)] : place < groups.Count ? [.. groups.Select((g, i) => i == place ? name : g).Distinct()] : [.. groups, name];
        return ChangeAsync(_state with { Groups = groups });
    }

    private Task BestPerAlgorithmAsync() =>
        ChangeAsync(_state with { Groups = ["algorithm"], Sort = _primary is null ? "" : MetricDirection.IsHigherBetter(_primary) ? $"metric.{_primary} desc" : $"metric.{_primary}" });

    private void Fold(string key)
    {
        if (!_turned.Remove(key))
        {
            _turned.Add(key);
        }

        Arrange();
    }

    private void Tick(IReadOnlySet<Guid> ticked) => _ticked = ticked;

    private void ClearTicks() => _ticked = new HashSet<Guid>();

    private Task DoneAsync()
    {
        ClearTicks();
        return LoadAsync(isAsked: true);
    }

    private Task PeekAsync(Guid? run)
    {
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("peek", run == _peeked?.Id ? null : run?.ToString("N")), new NavigationOptions { ReplaceHistoryEntry = true });
        return Task.CompletedTask;
    }
}
