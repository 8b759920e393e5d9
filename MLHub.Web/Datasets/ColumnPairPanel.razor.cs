using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Charts;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>Two columns against each other, computed when they are asked for.</summary>
public sealed partial class ColumnPairPanel : HubPage
{
    private (Guid, int, string, string) _loaded;
    private ColumnPair? _pair;
    private IReadOnlyList<Chart> _charts = [];
    private string? _failure;

    [Inject]
    public required ColumnPairService Pairs { get; set; }

    [Parameter, EditorRequired]
    public required Guid DatasetId { get; set; }

    [Parameter, EditorRequired]
    public required int Version { get; set; }

    [Parameter, EditorRequired]
    public required ColumnProfile X { get; set; }

    [Parameter, EditorRequired]
    public required ColumnProfile Y { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        var wanted = (DatasetId, Version, X.Name, Y.Name);
        if (_loaded != wanted)
        {
            _loaded = wanted;
            _pair = null;
            await LoadAsync();
        }
    }

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _failure = null;
        var wanted = _loaded;
        try
        {
            var pair = await Pairs.GetAsync(await ActorAsync(), DatasetId, Version, X.Name, Y.Name, CancellationToken.None);
            if (_loaded == wanted)
            {
                (_pair, _charts) = (pair, ChartsOf(pair));
            }
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private IReadOnlyList<Chart> ChartsOf(ColumnPair pair)
    {
        var (x, y) = (TypeOf(pair.X), TypeOf(pair.Y));
        return pair switch
        {
            { Points: not null } => [new PairScatterChart(pair, x, y)],
            { Groups: { } groups } => [new SplitHistogramChart(pair, x), new BoxPlotChart(pair.X, x, [.. groups.Select(g => new ChartBox(g.Value, g.Low, g.P25, g.Median, g.P75, g.High, g.Count))], pair.Y)],
            _ => [],
        };
    }

    private ColumnType TypeOf(string column) => column == X.Name ? X.Type : Y.Type;

    private static string Percent(long count, long all) => (100.0 * count / all).ToString("0.#", CultureInfo.InvariantCulture) + "%";
}
