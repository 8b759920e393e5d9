using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace MLHub.Web.Charts;

/// <summary>Lies over a picture and says its values where the pointer is, or where the arrow keys went. Redraws without the picture.</summary>
public sealed partial class PlotHover : ComponentBase, IDisposable
{
    private ElementReference _overlay;
    private DotNetObjectReference<PlotHover>? _self;
    private ChartReading? _reading;
    private ChartPicture? _picture;
    private int _count;

    [Parameter, EditorRequired]
    public required ChartPicture Picture { get; set; }

    [Parameter]
    public string Label { get; set; } = "";

    /// <summary>The point that is read was clicked, or Enter pressed on it.</summary>
    [Parameter]
    public EventCallback<ChartReading> OnPoint { get; set; }

    internal ElementReference Overlay => _overlay;

    internal DotNetObjectReference<PlotHover> Self => _self ??= DotNetObjectReference.Create(this);

    /// <summary>The pointer is here, in shares of width and height.</summary>
    [JSInvokable]
    public void Pointed(double x, double y)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return;
        }

        var reading = ChartReading.Nearest(Picture, x * Picture.Size.Width, y * Picture.Size.Height);
        if (reading?.Index != _reading?.Index)
        {
            _reading = reading;
            StateHasChanged();
        }
    }

    [JSInvokable]
    public void Left()
    {
        if (_reading is not null)
        {
            _reading = null;
            StateHasChanged();
        }
    }

    public void Dispose() => _self?.Dispose();

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_picture, Picture))
        {
            return;
        }

        _picture = Picture;
        _count = ChartReading.Count(Picture);
        _reading = _reading is { } old ? ChartReading.At(Picture, old.Index) : null;
    }

    private Task ChooseAsync() => _reading is { } reading && OnPoint.HasDelegate ? OnPoint.InvokeAsync(reading) : Task.CompletedTask;

    private Task PressedAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Enter")
        {
            return ChooseAsync();
        }

        Pressed(key);
        return Task.CompletedTask;
    }

    private void Pressed(KeyboardEventArgs key)
    {
        var here = _reading?.Index ?? -1;
        // Bars that lie are read downwards.
        int? next = key.Key switch
        {
            "ArrowRight" or "ArrowDown" => here + 1,
            "ArrowLeft" or "ArrowUp" => Math.Max(0, here - 1),
            "Home" => 0,
            "End" => _count - 1,
            _ => null,
        };
        if (key.Key == "Escape")
        {
            Left();
        }
        else if (next is { } index)
        {
            _reading = ChartReading.At(Picture, index);
        }
    }

    private static string Px(double value) => double.IsFinite(value) ? value.ToString("0.#") : "0";

    private string Place(ChartReading at)
    {
        var (x, y) = (Math.Clamp(at.X / Picture.Size.Width, 0, 1), Math.Clamp(at.Y / Picture.Size.Height, 0, 1));
        // On the side with more room, and no wider than it.
        var side = x > 0.5 ? $"right:{Share(1 - x)};max-width:calc({Share(x)} - 20px)" : $"left:{Share(x)};max-width:calc({Share(1 - x)} - 20px)";
        return y > 0.5 ? $"{side};bottom:{Share(1 - y)}" : $"{side};top:{Share(y)}";
    }

    private static string Share(double value) => (value * 100).ToString("0.##") + "%";
}
