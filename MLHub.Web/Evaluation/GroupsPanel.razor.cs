using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;

namespace MLHub.Web.Evaluation;

public sealed partial class GroupsPanel : ComponentBase
{
    private const int FewRows = 20;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Column that is shown; <c>null</c> shows the one that matters most to the model.</summary>
    [Parameter]
    public string? Column { get; set; }

    [Parameter]
    public EventCallback<string?> OnColumn { get; set; }

    private IReadOnlyList<ColumnGroups> Groups => Report.Groups ?? [];

    private ColumnGroups Shown =>
        Groups.FirstOrDefault(g => g.Column == Column)
        ?? Report.FeatureImportance.Select(f => Groups.FirstOrDefault(g => g.Column == f.Feature)).FirstOrDefault(g => g is not null)
        ?? Groups[0];

    private IEnumerable<string> Keys => MetricWords.Of(Report.Task).Where(k => Groups.Any(c => c.Groups.Any(g => g.Metrics.ContainsKey(k))));

    /// <summary>Clearly worse than all rows together.</summary>
    private bool IsWeak(GroupEvaluation group, string key)
    {
        if (group.Rows < FewRows || !group.Metrics.TryGetValue(key, out var value) || !Report.Metrics.TryGetValue(key, out var all))
        {
            return false;
        }

        return MetricWords.IsHigherBetter(key) ? value < all - (0.1 * Math.Max(Math.Abs(all), 0.5)) : value > all * 1.25;
    }
}
