using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MLHub.Web.Charts;

/// <summary>
/// A chart on a page: drawn for the width it has, read by pointer or arrow keys, enlarged, downloaded; its data is in the page for
/// those who do not see it. Redraws when it gets another <see cref="Chart"/> or <see cref="Picture"/>; how often is the page's business.
/// </summary>
public sealed partial class PlotView(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private ElementReference _dialog;
    private IJSObjectReference? _module;
    private bool _expanded;
    private bool _opening;
    private (string?, Chart?, ChartPicture?, int, bool) _rendered;

    /// <summary>Heading; absent takes the chart's own, which has its one important figure; empty shows none, where the page has one.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>What to draw.</summary>
    [Parameter]
    public Chart? Chart { get; set; }

    /// <summary>Instead of <see cref="Chart"/>: drawn already, scaled to the width there is.</summary>
    [Parameter]
    public ChartPicture? Picture { get; set; }

    [Parameter]
    public int Height { get; set; } = ChartSize.Default.Height;

    /// <summary>Names what is drawn and its version, <c>{run}/{version}</c>, so that viewers share the drawing. Absent shares nothing.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    /// <summary>A point was clicked, or Enter pressed on it.</summary>
    [Parameter]
    public EventCallback<ChartReading> OnPoint { get; set; }

    private Chart? Shown => Chart ?? Picture?.Chart;

    private string Heading => string.IsNullOrEmpty(Title) ? Shown?.Title ?? "Chart" : Title;

    protected override bool ShouldRender()
    {
        var now = (Title, Chart, Picture, Height, _expanded);
        var changed = now != _rendered;
        _rendered = now;
        return changed;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_opening)
        {
            _opening = false;
            await (await ModuleAsync()).InvokeVoidAsync("open", _dialog);
        }
    }

    private void ExpandAsync() => _expanded = _opening = true;

    private async Task CloseAsync() => await (await ModuleAsync()).InvokeVoidAsync("close", _dialog);

    private void Collapsed() => _expanded = false;

    private async Task SaveAsync(PlotFile kind)
    {
        if (Shown is not { } chart)
        {
            return;
        }

        var size = new ChartSize(960, Math.Max(540, Height));
        var (extension, type, bytes) = kind switch
        {
            PlotFile.Svg => ("svg", "image/svg+xml", Encoding.UTF8.GetBytes(chart.ToSvg(ChartTheme.Light, size))),
            PlotFile.Png => ("png", "image/png", chart.ToPng(ChartTheme.Light, size)),
            _ => ("csv", "text/csv", Encoding.UTF8.GetBytes(ChartCsv.Write(chart))),
        };
        using var stream = new DotNetStreamReference(new MemoryStream(bytes));
        await (await ModuleAsync()).InvokeVoidAsync("save", FileName(extension), type, stream);
    }

    private string FileName(string extension)
    {
        var words = new string([.. Heading.Select(c => char.IsLetterOrDigit(c) || c is '.' ? char.ToLowerInvariant(c) : ' ')]);
        var name = string.Join('-', words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('.');
        return $"{(name.Length == 0 ? "chart" : name[..Math.Min(name.Length, 80)])}.{extension}";
    }

    private async Task<IJSObjectReference> ModuleAsync() => _module ??= await js.InvokeAsync<IJSObjectReference>("import", PlotFigure.ModulePath);

    public async ValueTask DisposeAsync()
    {
        if (_module is null)
        {
            return;
        }

        try
        {
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser left; there is nothing to let go of.
        }
    }

    private enum PlotFile
    {
        Svg,
        Png,
        Csv,
    }
}
