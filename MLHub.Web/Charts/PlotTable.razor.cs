using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Charts;

/// <summary>The data of a picture as a table that is read out, not seen. Long series are thinned evenly.</summary>
public sealed partial class PlotTable : ComponentBase
{
    public const int MaxRows = 200;

    private List<(string Series, ChartPoint Point)> _rows = [];
    private ChartPicture? _picture;
    private bool _changed;
    private int _left;

    [Parameter, EditorRequired]
    public required ChartPicture Picture { get; set; }

    protected override void OnParametersSet()
    {
        _changed = !ReferenceEquals(_picture, Picture);
        if (!_changed)
        {
            return;
        }

        _picture = Picture;
        var all = Picture.Series.SelectMany(s => s.Points.Select(p => (s.Name, p))).ToList();
        _rows = all.Count <= MaxRows ? all : [.. Enumerable.Range(0, MaxRows).Select(i => all[(int)((long)i * (all.Count - 1) / (MaxRows - 1))])];
        _left = all.Count - _rows.Count;
    }

    protected override bool ShouldRender() => _changed;
}
