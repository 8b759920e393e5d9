using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Filters;
using MLHub.Web.Components;

namespace MLHub.Web.Experiments;

public sealed partial class RunGrid : ComponentBase, IAsyncDisposable
{
    private const int RowHeight = 40;
    private const int MaxKept = 600;

    private readonly Dictionary<Guid, RunView> _views = [];
    private ElementReference _scroll;
    private DotNetObjectReference<RunGrid>? _self;
    private IJSObjectReference? _script;
    private Virtualize<int>? _virtualize;
    private IReadOnlyList<RunTableRow>? _shown;
    private string _columnsShown = "";
    private int _version = -1;
    private int _lastTicked = -1;

    [Parameter, EditorRequired]
    public IReadOnlyList<RunTableRow> Rows { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<RunColumn> Columns { get; set; } = [];

    /// <summary>Reads runs with what the columns show.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyList<Guid>, Task<IReadOnlyList<RunView>>> LoadAsync { get; set; } = null!;

    /// <summary>A new number says that what is known of the runs is old.</summary>
    [Parameter]
    public int Version { get; set; }

    [Parameter]
    public RunTableState State { get; set; } = new();

    /// <summary>Smallest and greatest value of metrics, for the bars.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, (double Min, double Max)> Ranges { get; set; } = new Dictionary<string, (double, double)>();

    /// <summary>The metric with bars in its cells.</summary>
    [Parameter]
    public string? Primary { get; set; }

    [Parameter]
    public IReadOnlySet<Guid> Ticked { get; set; } = new HashSet<Guid>();

    [Parameter]
    public Guid? Peeked { get; set; }

    [Parameter]
    public DateTime Now { get; set; }

    /// <summary>What waits to be shown until somebody asks for it; <c>null</c> is nothing.</summary>
    [Parameter]
    public string? Held { get; set; }

    [Parameter]
    public EventCallback OnShowHeld { get; set; }

    /// <summary>Whether the table is scrolled away from its top.</summary>
    [Parameter]
    public EventCallback<bool> OnScroll { get; set; }

    [Parameter]
    public EventCallback<IReadOnlySet<Guid>> OnTick { get; set; }

    [Parameter]
    public EventCallback<(RunColumn Column, bool Adds)> OnSort { get; set; }

    [Parameter]
    public EventCallback<string> OnFold { get; set; }

    [Parameter]
    public EventCallback<Guid> OnPeek { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private bool IsAllTicked => Rows.Count > 0 && Rows.All(r => r.Group is not null || Ticked.Contains(r.Id));

    protected override async Task OnParametersSetAsync()
    {
        var columns = string.Join(',', Columns.Select(c => c.Name));
        var isStale = _version != Version || columns != _columnsShown;
        if (isStale || !ReferenceEquals(_shown, Rows))
        {
            (_version, _columnsShown) = (Version, columns);
            var had = _shown is not null;
            _shown = Rows;
            if (isStale && _views.Count > 0)
            {
                // The known lines stay in sight while the new ones are read.
                await ReadAsync([.. _views.Keys]);
            }

            if (had && _virtualize is not null)
            {
                await _virtualize.RefreshDataAsync();
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _script = await Js.InvokeAsync<IJSObjectReference>("import", "./js/runs.js");
            await _script.InvokeVoidAsync("watch", _scroll, _self);
        }
    }

    [JSInvokable]
    public Task ScrolledAsync(bool isBelow) => OnScroll.InvokeAsync(isBelow);

    /// <summary>Brings a line under the head, below the one that stands before it.</summary>
    public async Task RevealAsync(int index)
    {
        if (_script is not null)
        {
            await _script.InvokeVoidAsync("scrollTo", _scroll, Math.Max(0, index - 1) * RowHeight);
        }
    }

    public async ValueTask DisposeAsync()
    {
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

    private async ValueTask<ItemsProviderResult<int>> ProvideAsync(ItemsProviderRequest request)
    {
        var rows = Rows;
        var from = Math.Min(request.StartIndex, rows.Count);
        var count = Math.Min(request.Count, rows.Count - from);
        var missing = rows.Skip(from).Take(count).Where(r => r.Group is null && !_views.ContainsKey(r.Id)).Select(r => r.Id).ToList();
        if (missing.Count > 0)
        {
            if (_views.Count > MaxKept)
            {
                _views.Clear();
                missing = [.. rows.Skip(from).Take(count).Where(r => r.Group is null).Select(r => r.Id)];
            }

            await ReadAsync(missing);
        }

        return new(Enumerable.Range(from, count), rows.Count);
    }

    private async Task ReadAsync(List<Guid> ids)
    {
        var read = await LoadAsync(ids);
        foreach (var id in ids)
        {
            _views.Remove(id);
        }

        foreach (var run in read)
        {
            _views[run.Id] = run;
        }
    }

    private Task TickAllAsync(ChangeEventArgs change) =>
        OnTick.InvokeAsync(change.Value is true ? Rows.Where(r => r.Group is null).Select(r => r.Id).ToHashSet() : new HashSet<Guid>());

    /// <summary>With Shift all lines from the one that was ticked before.</summary>
    private Task TickAsync(int index, bool isRange)
    {
        var ticked = Ticked.ToHashSet();
        var id = Rows[index].Id;
        var isOn = !ticked.Contains(id);
        var (from, to) = isRange && _lastTicked >= 0 && _lastTicked < Rows.Count ? (Math.Min(index, _lastTicked), Math.Max(index, _lastTicked)) : (index, index);
        foreach (var row in Rows.Skip(from).Take(to - from + 1).Where(r => r.Group is null))
        {
            _ = isOn ? ticked.Add(row.Id) : ticked.Remove(row.Id);
        }

        _lastTicked = index;
        return OnTick.InvokeAsync(ticked);
    }

    private string? RowClass(RunView run) => (Ticked.Contains(run.Id), run.Id == Peeked) switch
    {
        (_, true) => "peeked",
        (true, _) => "ticked",
        _ => null,
    };

    private string SortWord(RunColumn column) => State.SortOf(column) switch { { IsDescending: true } => "descending", not null => "ascending", _ => "none" };

    private string SortMark(RunColumn column) => State.SortOf(column) is { } sort ? $"{(sort.IsDescending ? "↓" : "↑")}{(State.Sorts.Count > 1 ? sort.Place : "")}" : "";

    private static string Help(RunColumn column) => $"{column.Name}: click to sort, Shift and click to sort by it as well";

    private string Aggregate(RunGroupHead group)
    {
        if (Primary is null || group.Mean is null)
        {
            return "";
        }

        var spread = group.Deviation is { } deviation ? $" ± {Format.Metric(deviation)}" : "";
        return $" · {RunColumn.Find($"metric.{Primary}")!.Title} mean {Format.Metric(group.Mean)}{spread}, best {Format.Metric(group.Best)}";
    }

    private RenderFragment Cell(RunColumn column, RunView run) => builder =>
    {
        switch (column.Field.Kind)
        {
            case RunFieldKind.State:
                builder.OpenComponent<RunProgress>(0);
                builder.AddAttribute(1, nameof(RunProgress.Run), run);
                builder.CloseComponent();
                break;
            case RunFieldKind.Metric when column.Field.Key == Primary && Share(column, run) is { } share:
                builder.OpenElement(2, "span");
                builder.AddAttribute(3, "class", "bar");
                builder.AddAttribute(4, "style", FormattableString.Invariant($"--share:{share * 100:0.#}%"));
                builder.AddContent(5, column.Text(run, Now));
                builder.CloseElement();
                break;
            case RunFieldKind.Dataset when run.Dataset is { Name: not null } data:
                builder.OpenElement(6, "a");
                builder.AddAttribute(7, "class", "quiet muted");
                builder.AddAttribute(8, "href", $"/datasets/{data.Id:N}?v={data.Version}");
                builder.AddContent(9, column.Text(run, Now));
                builder.CloseElement();
                break;
            default:
                builder.AddContent(10, column.Text(run, Now));
                break;
        }
    };

    /// <summary>How good a value is between the worst and the best of the experiment.</summary>
    private double? Share(RunColumn column, RunView run)
    {
        if (!Ranges.TryGetValue(column.Field.Key!, out var range) || range.Max <= range.Min || !double.IsFinite(range.Max - range.Min)
            || run.Metrics.GetValueOrDefault(column.Field.Key!)?.Last is not { } value || !double.IsFinite(value))
        {
            return null;
        }

        var share = Math.Clamp((value - range.Min) / (range.Max - range.Min), 0, 1);
        return MetricDirection.IsHigherBetter(column.Field.Key!) ? share : 1 - share;
    }
}
