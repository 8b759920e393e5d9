using Microsoft.AspNetCore.Components;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Models;

public sealed partial class ModelVersionsView : ComponentBase
{
    private readonly List<int> _ticked = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelVersionView> Versions { get; set; } = [];

    [Parameter, EditorRequired]
    public TrainingTask Task { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    [Parameter]
    public EventCallback<AliasWish> OnAlias { get; set; }

    [Parameter]
    public EventCallback<string> OnRemoveAlias { get; set; }

    /// <summary>In the order in which they were ticked.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<int>> OnCompare { get; set; }

    private List<string> Keys => [.. MetricWords.Of(Task).Where(k => Versions.Any(v => v.Metrics.ContainsKey(k))).Take(3)];

    private int? ChampionNumber => Versions.FirstOrDefault(v => v.Aliases.Contains(ModelAlias.Champion))?.Number;

    private void Tick(int version, bool isTicked)
    {
        _ticked.Remove(version);
        if (isTicked)
        {
            _ticked.Add(version);
        }
    }

    private static double? Metric(ModelVersionView version, string key) => version.Metrics.TryGetValue(key, out var value) ? value : null;
}

/// <param name="Alias"><c>null</c> asks for one.</param>
public sealed record AliasWish(int Version, string? Alias);
