using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

public sealed partial class RunTable : ComponentBase
{
    /// <summary>So many metrics have room beside the rest.</summary>
    private const int MaxMetrics = 4;

    [Parameter, EditorRequired]
    public IReadOnlyList<RunView> Runs { get; set; } = [];

    [Parameter, EditorRequired]
    public DateTime Now { get; set; }

    [Parameter]
    public bool ShowExperiment { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    [Parameter]
    public EventCallback<RunView> OnRename { get; set; }

    [Parameter]
    public EventCallback<RunView> OnRerun { get; set; }

    [Parameter]
    public EventCallback<RunView> OnCancel { get; set; }

    [Parameter]
    public EventCallback<RunView> OnDelete { get; set; }

    /// <summary>Primary metrics of the tasks that occur come first; one task alone shows its further ones.</summary>
    private IReadOnlyList<string> MetricKeys
    {
        get
        {
            var tasks = Runs.Select(r => r.Task).OfType<TrainingTask>().Distinct().ToList();
            return tasks.Count == 1 ? [.. MetricWords.Of(tasks[0]).Take(MaxMetrics)] : [.. tasks.Select(MetricWords.Primary).Distinct().Take(MaxMetrics)];
        }
    }
}
