using Microsoft.JSInterop;
using MLHub.Core.Datasets;

namespace MLHub.Web.Components;

/// <content>Which columns are shown, in which order and how wide; and the menu that each one has.</content>
public sealed partial class DataGridView
{
    private void UseLayout(TableLayout layout)
    {
        var places = Columns.Index().ToDictionary(c => c.Item.Name, c => c.Index);
        _hidden.Clear();
        _hidden.UnionWith(Known(layout.Hidden));
        _frozen.Clear();
        _frozen.AddRange(Known(layout.Frozen));
        // Who hid every column of an older version still sees something of this one.
        if (_hidden.Count >= Columns.Count)
        {
            _hidden.Clear();
        }

        var named = Known(layout.Order).Distinct().ToList();
        _order = [.. named, .. Enumerable.Range(0, Columns.Count).Except(named)];
        _chosenWidths = layout.Widths;
        UseWidths();
        ArrangeColumns();

        IEnumerable<int> Known(IEnumerable<string> names) => names.Where(places.ContainsKey).Select(n => places[n]);
    }

    private void UseWidths()
    {
        for (var column = 0; column < Columns.Count && _chosenWidths.Count > 0; column++)
        {
            if (_chosenWidths.TryGetValue(Columns[column].Name, out var width))
            {
                _widths[column] = Math.Clamp(width, GridWidths.Least, GridWidths.Most);
            }
        }
    }

    private Task TellLayoutAsync() => LayoutChanged.InvokeAsync(_knownLayout = (Layout ?? TableLayout.Default) with
    {
        Hidden = Names(_hidden.Order()),
        Frozen = Names(_frozen),
        Order = _order.SequenceEqual(_order.Order()) ? [] : Names(_order),
        Widths = _chosenWidths,
    });

    private string[] Names(IEnumerable<int> columns) => [.. columns.Select(c => Columns[c].Name)];

    private void ArrangeColumns()
    {
        _pinned = [.. _frozen.Where(c => !_hidden.Contains(c))];
        _shown = [.. _order.Where(c => !_hidden.Contains(c) && !_pinned.Contains(c))];
        _columnStart = Math.Clamp(_columnStart, 0, Math.Max(0, (_shown.Count - 1) / MaxColumns * MaxColumns));
        _window = [.. _pinned, .. _shown.GetRange(_columnStart, Math.Min(MaxColumns, _shown.Count - _columnStart))];
        _cursorColumn = Math.Clamp(_cursorColumn, 0, Math.Max(0, _window.Count - 1));
    }

    private void ShowColumns(int start)
    {
        _columnStart = start;
        ArrangeColumns();
    }

    private Task ToggleColumn(int column)
    {
        if (!_hidden.Remove(column) && _hidden.Count < Columns.Count - 1)
        {
            _hidden.Add(column);
        }

        ArrangeColumns();
        return TellLayoutAsync();
    }

    private Task ShowAllColumns()
    {
        _hidden.Clear();
        ArrangeColumns();
        return TellLayoutAsync();
    }

    private Task FreezeColumn(int column)
    {
        if (!_frozen.Remove(column))
        {
            _frozen.Add(column);
        }

        ArrangeColumns();
        return TellLayoutAsync();
    }

    private bool CanMove(int column, int by) => _shown.IndexOf(column) is >= 0 and var at && at + by >= 0 && at + by < _shown.Count;

    private Task MoveColumn(int column, int by) => CanMove(column, by) ? PutColumn(column, _shown[_shown.IndexOf(column) + by], isAfter: by > 0) : Task.CompletedTask;

    private Task DropColumn(int target)
    {
        var dragged = _dragged;
        _dragged = null;
        return dragged is { } column && column != target ? PutColumn(column, target, isAfter: _window.IndexOf(column) < _window.IndexOf(target)) : Task.CompletedTask;
    }

    private Task PutColumn(int column, int target, bool isAfter)
    {
        _frozen.Remove(column);
        if (_frozen.Contains(target))
        {
            _frozen.Insert(_frozen.IndexOf(target) + (isAfter ? 1 : 0), column);
        }

        _order.Remove(column);
        _order.Insert(_order.IndexOf(target) + (isAfter ? 1 : 0), column);
        ArrangeColumns();
        return TellLayoutAsync();
    }

    private Task FitColumn(int column)
    {
        _chosenWidths = _chosenWidths.Where(w => w.Key != Columns[column].Name).ToDictionary();
        _widths[column] = GridWidths.Of(Columns, [.. _blocks.Values.SelectMany(b => b).Take(GridWidths.RowsFitted)], wide: true)[column];
        _chosenWidths = new Dictionary<string, int>(_chosenWidths) { [Columns[column].Name] = _widths[column] };
        return TellLayoutAsync();
    }

    /// <summary>The edge of a header was drawn to another place.</summary>
    [JSInvokable]
    public async Task ResizedAsync(int column, int width)
    {
        if (column >= 0 && column < Columns.Count)
        {
            _chosenWidths = new Dictionary<string, int>(_chosenWidths) { [Columns[column].Name] = Math.Clamp(width, GridWidths.Least, GridWidths.Most) };
            UseWidths();
            await TellLayoutAsync();
            StateHasChanged();
        }
    }

    [JSInvokable]
    public async Task FittedAsync(int column)
    {
        if (column >= 0 && column < Columns.Count)
        {
            await FitColumn(column);
            StateHasChanged();
        }
    }

    /// <summary>Bars of a strip, from one to another, were clicked or drawn over.</summary>
    [JSInvokable]
    public async Task BarsAsync(int column, int from, int to)
    {
        if (column >= 0 && column < Columns.Count && from >= 0)
        {
            await BarsChosen.InvokeAsync(new(column, Math.Min(from, to), Math.Max(from, to)));
        }
    }

    private async Task OpenMenuAsync(int column)
    {
        _menuColumn = column;
        StateHasChanged();
        if (_script is not null)
        {
            await _script.InvokeVoidAsync("openMenu", MenuButton(column), _menu);
        }
    }

    private async Task CloseMenuAsync()
    {
        if (_script is not null)
        {
            await _script.InvokeVoidAsync("closeMenu", _menu);
        }
    }

    private async Task JumpToColumnAsync(int column)
    {
        if (_hidden.Remove(column))
        {
            ArrangeColumns();
            await TellLayoutAsync();
        }

        if (_shown.IndexOf(column) is >= 0 and var place)
        {
            ShowColumns(place / MaxColumns * MaxColumns);
        }

        if (TotalRows > 0)
        {
            await MoveToAsync(_cursorRow ?? _windowStart, _window.IndexOf(column));
        }
    }
}
