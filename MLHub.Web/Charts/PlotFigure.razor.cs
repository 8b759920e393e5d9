using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLHub.Web.Charts;

/// <summary>The picture of a <see cref="PlotView"/>, redrawn when its width changes by a step.</summary>
public sealed partial class PlotFigure(IJSRuntime js, ChartCache cache) : ComponentBase, IAsyncDisposable
{
    internal const string ModulePath = "./Charts/PlotView.razor.js";

    private ElementReference _root;
    private PlotHover? _hover;
    private PlotHover? _attached;
    private DotNetObjectReference<PlotFigure>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _watch;
    private ChartPicture? _picture;
    private ChartPicture? _rendered;
    private (Chart? Chart, ChartSize Size) _drawn;
    private int _width = ChartSize.Default.Width;
    private int _attaching;
    private bool _isGone;

    [Parameter]
    public Chart? Chart { get; set; }

    [Parameter]
    public ChartPicture? Picture { get; set; }

    [Parameter]
    public int Height { get; set; } = ChartSize.Default.Height;

    [Parameter]
    public string? CacheKey { get; set; }

    [Parameter]
    public EventCallback<ChartReading> OnPoint { get; set; }

    [Parameter]
    public string Label { get; set; } = "";

    /// <summary>The browser says how wide the figure is.</summary>
    [JSInvokable]
    public void Measured(int width)
    {
        var step = ChartSize.Step(width);
        if (step != _width)
        {
            _width = step;
            Draw();
            StateHasChanged();
        }
    }

    protected override void OnParametersSet() => Draw();

    protected override bool ShouldRender()
    {
        var changed = !ReferenceEquals(_picture, _rendered) || _picture is null;
        _rendered = _picture;
        return changed;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_hover is null || ReferenceEquals(_hover, _attached))
        {
            return;
        }

        var hover = _attached = _hover;
        _attaching++;
        try
        {
            _module ??= await js.InvokeAsync<IJSObjectReference>("import", ModulePath);
            await DetachAsync();
            if (_isGone)
            {
                return;
            }

            _self ??= DotNetObjectReference.Create(this);
            _watch = await _module.InvokeAsync<IJSObjectReference>("attach", _root, hover.Overlay, _self, hover.Self);
        }
        finally
        {
            _attaching--;
            if (_isGone && _attaching == 0)
            {
                await LetGoAsync();
            }
        }
    }

    private void Draw()
    {
        if (Chart is null)
        {
            _picture = Picture;
            return;
        }

        var wanted = (Chart, new ChartSize(_width, Height));
        if (wanted != _drawn)
        {
            _picture = CacheKey is null ? Chart.ToPicture(wanted.Item2) : cache.Picture(CacheKey, Chart, wanted.Item2);
            _drawn = wanted;
        }
    }

    private async Task DetachAsync()
    {
        if (_watch is not null)
        {
            await _watch.InvokeVoidAsync("detach");
            await _watch.DisposeAsync();
            _watch = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        if (_attaching == 0)
        {
            await LetGoAsync();
        }
    }

    /// <summary>In this order: as long as the script watches, it must find somebody to tell.</summary>
    private async Task LetGoAsync()
    {
        try
        {
            await DetachAsync();
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser left; there is nothing to let go of.
        }

        _self?.Dispose();
    }
}
