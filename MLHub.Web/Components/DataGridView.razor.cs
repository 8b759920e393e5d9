using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Components;

/// <summary>
/// A table of any length: it asks for the rows that are in sight and keeps a few blocks of them. Browsers cap the height of
/// an element (Chromium 33 554 432 px, Firefox about half), so more rows than <see cref="WindowRows"/> are paged in windows.
/// How cells are written stands in <c>DataGridView.Cells.cs</c>, how columns are arranged in <c>DataGridView.Columns.cs</c>.
/// </summary>
public sealed partial class DataGridView : ComponentBase, IAsyncDisposable
{
    public const int MaxWindowRows = 500_000;

    /// <summary>A wide table costs per column, not per row: more than these are paged.</summary>
    public const int MaxColumns = 60;

    /// <summary>Rows asked for at once.</summary>
    public const int BlockRows = 200;

    private const int KeptBlocks = 5;
    private const int RowHeight = 32;
    private const int PageKeyRows = 20;

    private readonly string _id = $"grid-{Guid.NewGuid():N}";
    private readonly HashSet<int> _hidden = [];
    private Dictionary<long, IReadOnlyList<GridRow>> _blocks = [];
    private readonly LinkedList<long> _recent = [];
    private Dictionary<long, IReadOnlyList<GridRow>> _stale = [];
    private IReadOnlyList<ColumnSchema>? _knownColumns;
    private object? _knownKey;
    private long _knownTotal = -1;
    private long? _knownOpenRow;
    private readonly List<int> _frozen = [];
    private List<int> _order = [];
    private List<int> _pinned = [];
    private List<int> _shown = [];
    private List<int> _window = [];
    private int[] _widths = [];
    private bool _isMeasured;
    private bool _isResized;
    private long _largestNumber;
    private int _columnStart;
    private long _windowStart;
    private long? _cursorRow;
    private int _cursorColumn;
    private long? _openRow;
    private long? _goTo;
    private bool _isLoading;
    private string? _failure;
    private int? _menuColumn;
    private int? _dragged;
    private TableLayout? _knownLayout;
    private GridSight? _knownSight;
    private bool _isSightDue;
    private IReadOnlyDictionary<string, int> _chosenWidths = new Dictionary<string, int>();
    private Func<Task>? _afterRender;
    private ElementReference _menu;
    private ElementReference _scroll;
    private Virtualize<int>? _virtualize;
    private IJSObjectReference? _script;
    private DotNetObjectReference<DataGridView>? _self;
    private bool _isGone;

    [Inject]
    public required IJSRuntime Js { get; set; }

    /// <summary>Accessible name.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter, EditorRequired]
    public required long TotalRows { get; set; }

    /// <summary>Gives rows by their place in the view, from 0. Never asked for more than <see cref="BlockRows"/>.</summary>
    [Parameter, EditorRequired]
    public required Func<long, int, CancellationToken, Task<IReadOnlyList<GridRow>>> Rows { get; set; }

    /// <summary>When it changes (other version, filter, order), all rows are asked for anew.</summary>
    [Parameter]
    public object? DataKey { get; set; }

    /// <summary>The first column decides, the next ones among its equals.</summary>
    [Parameter]
    public IReadOnlyList<GridSort> Sort { get; set; } = [];

    [Parameter]
    public EventCallback<IReadOnlyList<GridSort>> SortChanged { get; set; }

    /// <summary>How the viewer arranged the columns; without one they stand as in the table.</summary>
    [Parameter]
    public TableLayout? Layout { get; set; }

    /// <summary>The viewer hid, moved, froze or resized columns.</summary>
    [Parameter]
    public EventCallback<TableLayout> LayoutChanged { get; set; }

    /// <summary>What can be done with a column, given its index: buttons and links, shown in the menu of its header above what the grid adds itself.</summary>
    [Parameter]
    public RenderFragment<int>? ColumnMenu { get; set; }

    /// <summary>A small sign before the type of a column, given its index.</summary>
    [Parameter]
    public RenderFragment<int>? HeaderIcon { get; set; }

    /// <summary>Bars in a header's strip were clicked or drawn over: those inside an element with <c>data-bars</c>, which says how many there are.</summary>
    [Parameter]
    public EventCallback<GridBars> BarsChosen { get; set; }

    /// <summary>A small picture below the name of a column, given its index.</summary>
    [Parameter]
    public RenderFragment<int>? HeaderStrip { get; set; }

    /// <summary>How a column, given its index, differs from another state of the table.</summary>
    [Parameter]
    public Func<int, GridMark>? ColumnMark { get; set; }

    /// <summary>Columns that are brought into sight whenever this becomes another.</summary>
    [Parameter]
    public GridSight? Sight { get; set; }

    /// <summary>The row whose panel is open, by its place in the view from 0.</summary>
    [Parameter]
    public long? OpenRow { get; set; }

    /// <summary>A row's panel was opened (its place in the view, from 0) or closed (<c>null</c>).</summary>
    [Parameter]
    public EventCallback<long?> RowSelected { get; set; }

    /// <summary>Left part of the foot.</summary>
    [Parameter]
    public RenderFragment? Status { get; set; }

    [Parameter]
    public string EmptyText { get; set; } = "No rows.";

    [Parameter]
    public int WindowRows { get; set; } = MaxWindowRows;

    private int WindowCount => (int)Math.Clamp(TotalRows - _windowStart, 0, WindowRows);

    private int NumberWidth => 26 + (9 * Math.Max(3, Math.Max(TotalRows, _largestNumber).ToString().Length));

    private string TableStyle => $"width:100%;min-width:{NumberWidth + _window.Sum(c => _widths[c])}px";

    private string? ActiveCell => _cursorRow is { } row && _window.Count > 0 ? CellId(row) : null;

    protected override async Task OnParametersSetAsync()
    {
        var isFirst = _knownColumns is null;
        var newColumns = !ReferenceEquals(_knownColumns, Columns);
        var newRows = newColumns || !Equals(_knownKey, DataKey);
        var newTotal = _knownTotal != TotalRows;
        (_knownColumns, _knownKey, _knownTotal) = (Columns, DataKey, TotalRows);

        if (newColumns)
        {
            _columnStart = 0;
            _widths = GridWidths.Of(Columns, []);
            _isMeasured = false;
            _largestNumber = 0;
            _menuColumn = null;
        }

        if (newColumns || !ReferenceEquals(_knownLayout, Layout))
        {
            _knownLayout = Layout;
            UseLayout(Layout ?? TableLayout.Default);
        }

        if (newColumns || _knownSight != Sight)
        {
            _knownSight = Sight;
            _isSightDue = Sight is not null;
        }

        if (newRows)
        {
            // The old rows stay in sight, dimmed, until the new ones are there.
            _stale = newColumns ? [] : _blocks;
            _blocks = [];
            _recent.Clear();
            _windowStart = 0;
            _cursorRow = null;
            _isLoading = !isFirst;
        }

        if (_windowStart >= TotalRows)
        {
            _windowStart = 0;
        }

        if (OpenRow != _knownOpenRow || newRows)
        {
            _knownOpenRow = OpenRow;
            _openRow = OpenRow is { } open && open >= 0 && open < TotalRows ? open : null;
            if (_openRow is { } row)
            {
                await FollowAsync(row);
            }
        }

        if ((newRows || newTotal) && !isFirst && _virtualize is not null)
        {
            await RefreshAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _script = await Js.InvokeAsync<IJSObjectReference>("import", "./js/grid.js");
            if (_isGone)
            {
                // Somebody went on to another tab while the script was on its way.
                await _script.DisposeAsync();
                return;
            }

            await _script.InvokeVoidAsync("attach", _scroll, _self);
        }

        if (_script is not null && _afterRender is { } then)
        {
            _afterRender = null;
            await then();
        }

        // Only measured columns stand where they stay.
        if (_script is not null && _isSightDue && _isMeasured && Sight is { } sight)
        {
            _isSightDue = false;
            await BringIntoSightAsync(sight);
        }
    }

    private async Task BringIntoSightAsync(GridSight sight)
    {
        if (_shown.IndexOf(sight.First) is >= 0 and var place && place / MaxColumns * MaxColumns is var start && start != _columnStart)
        {
            ShowColumns(start);
            StateHasChanged();
        }

        // The first one counts when there is no room for all.
        foreach (var column in new[] { sight.Last, sight.First })
        {
            if (_window.IndexOf(column) is >= 0 and var at)
            {
                await _script!.InvokeVoidAsync("revealColumn", _scroll, at + 1);
            }
        }
    }

    private async ValueTask<ItemsProviderResult<int>> LoadAsync(ItemsProviderRequest request)
    {
        var count = Math.Min(request.Count, WindowCount - request.StartIndex);
        if (count <= 0)
        {
            Settle(null);
            return new([], WindowCount);
        }

        try
        {
            await EnsureAsync(_windowStart + request.StartIndex, count, request.CancellationToken);
            Settle(null);
        }
        catch (OperationCanceledException) when (request.CancellationToken.IsCancellationRequested)
        {
            // Virtualize recognises a superseded request by its own token only.
            throw new OperationCanceledException(request.CancellationToken);
        }
        catch (HubException refused)
        {
            Settle(refused.Message);
        }

        return new(Enumerable.Range(request.StartIndex, count), WindowCount);
    }

    private async Task EnsureAsync(long first, int count, CancellationToken cancellationToken)
    {
        for (var block = first / BlockRows; block * BlockRows < first + count; block++)
        {
            if (!_blocks.ContainsKey(block))
            {
                var target = _blocks;
                var start = block * BlockRows;
                var rows = await Rows(start, (int)Math.Min(BlockRows, TotalRows - start), cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                target[block] = rows;
                // Under a filter the numbers of the source are larger than the count of rows.
                if (rows.Count > 0 && rows.Max(r => r.RowNumber) is var largest && largest > _largestNumber)
                {
                    _largestNumber = largest;
                    _isResized = true;
                }

                if (!_isMeasured)
                {
                    _widths = GridWidths.Of(Columns, rows);
                    UseWidths();
                    _isMeasured = _isResized = true;
                }
            }

            _recent.Remove(block);
            _recent.AddFirst(block);
            while (_recent.Count > KeptBlocks && _recent.Last is { } oldest)
            {
                _blocks.Remove(oldest.Value);
                _recent.RemoveLast();
            }
        }
    }

    private void Settle(string? failure)
    {
        var changed = _isLoading || _failure != failure || _isResized;
        _isResized = false;
        _isLoading = false;
        _failure = failure;
        _stale = [];
        if (changed)
        {
            StateHasChanged();
        }
    }

    private GridRow? Known(long row)
    {
        var inBlock = (int)(row % BlockRows);
        return (_blocks.TryGetValue(row / BlockRows, out var rows) || _stale.TryGetValue(row / BlockRows, out rows)) && inBlock < rows.Count ? rows[inBlock] : null;
    }

    private Task SortAsync(ColumnSchema column, bool isAnother) => SortChanged.InvokeAsync(GridSort.Next(Sort, column.Name, isAnother));

    private async Task RefreshAsync()
    {
        _afterRender = () => RevealAsync(_cursorRow ?? _windowStart);
        if (_virtualize is not null)
        {
            await _virtualize.RefreshDataAsync();
        }

        StateHasChanged();
    }

    private Task RetryAsync()
    {
        _failure = null;
        return RefreshAsync();
    }

    private async Task ShowWindowAsync(long start)
    {
        _windowStart = Math.Clamp(start, 0, Math.Max(0, (TotalRows - 1) / WindowRows * WindowRows));
        _cursorRow = null;
        await RefreshAsync();
    }

    private async Task GoToAsync()
    {
        if (_goTo is { } wanted && TotalRows > 0)
        {
            _goTo = Math.Clamp(wanted, 1, TotalRows);
            await MoveToAsync(_goTo.Value - 1, _cursorColumn);
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        var last = TotalRows - 1;
        var row = _cursorRow ?? _windowStart;
        var column = _cursorColumn;
        switch (key.Key)
        {
            case "Escape":
                await CloseAsync();
                return;
            case "Enter" or " " when TotalRows > 0:
                _cursorRow = row;
                await OpenAsync(row);
                return;
            case "ArrowDown":
                row += _cursorRow is null ? 0 : 1;
                break;
            case "ArrowUp":
                row--;
                break;
            case "ArrowRight":
                column += _cursorRow is null ? 0 : 1;
                break;
            case "ArrowLeft":
                column--;
                break;
            case "PageDown":
                row += PageKeyRows;
                break;
            case "PageUp":
                row -= PageKeyRows;
                break;
            case "Home":
                (row, column) = key.CtrlKey ? (0, 0) : (row, 0);
                break;
            case "End":
                (row, column) = key.CtrlKey ? (last, column) : (row, _window.Count - 1);
                break;
            default:
                return;
        }

        if (TotalRows > 0)
        {
            await MoveToAsync(Math.Clamp(row, 0, last), column);
        }
    }

    /// <param name="column">Place in the window of columns; one before or behind it moves the window.</param>
    private async Task MoveToAsync(long row, int column)
    {
        if (column >= _window.Count && _columnStart + MaxColumns < _shown.Count)
        {
            ShowColumns(_columnStart + MaxColumns);
            column = 0;
        }
        else if (column < 0 && _columnStart > 0)
        {
            ShowColumns(_columnStart - MaxColumns);
            column = _window.Count - 1;
        }

        _cursorColumn = Math.Clamp(column, 0, Math.Max(0, _window.Count - 1));
        _cursorRow = row;
        await FollowAsync(row);
        if (_openRow is not null && _openRow != row)
        {
            await OpenAsync(row);
        }
    }

    // The window of rows that holds the row is shown, and the row scrolled into sight.
    private async Task FollowAsync(long row)
    {
        _cursorRow = row;
        var start = row / WindowRows * WindowRows;
        if (start != _windowStart)
        {
            _windowStart = start;
            await RefreshAsync();
        }

        _afterRender = () => RevealAsync(row);
    }

    private async Task RevealAsync(long row)
    {
        if (_script is not null)
        {
            await _script.InvokeVoidAsync("reveal", _scroll, row - _windowStart, RowHeight, _cursorRow is null ? 0 : _cursorColumn + 1);
        }
    }

    /// <summary>A cell was clicked. The script tells, so that no cell needs a handler of its own.</summary>
    [JSInvokable]
    public async Task PointAsync(int index, int cell, bool open)
    {
        var row = _windowStart + index;
        if (row >= TotalRows)
        {
            return;
        }

        _cursorRow = row;
        _cursorColumn = Math.Clamp(cell - 1, 0, Math.Max(0, _window.Count - 1));
        if (open || _openRow is not null)
        {
            await OpenAsync(row);
        }

        StateHasChanged();
    }

    private async Task OpenAsync(long row)
    {
        _openRow = _knownOpenRow = row;
        await FollowAsync(row);
        if (Known(row) is null)
        {
            await EnsureOneAsync(row);
        }

        await RowSelected.InvokeAsync(row);
    }

    private async Task EnsureOneAsync(long row)
    {
        try
        {
            await EnsureAsync(row, 1, CancellationToken.None);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task CloseAsync()
    {
        if (_openRow is null)
        {
            return;
        }

        _openRow = _knownOpenRow = null;
        _afterRender = async () =>
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("focus", _scroll);
            }
        };
        await RowSelected.InvokeAsync(null);
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        _self?.Dispose();
        if (_script is not null)
        {
            try
            {
                await _script.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser has gone, and the module with it.
            }
        }
    }
}
