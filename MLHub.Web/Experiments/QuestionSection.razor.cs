using Microsoft.AspNetCore.Components;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

public sealed partial class QuestionSection : ComponentBase
{
    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private string? Problem(string field) => Problems.GetValueOrDefault(field)?[0];

    private Task ChooseTargetAsync(ChangeEventArgs change)
    {
        Form.ChooseTarget(change.Value?.ToString() is { Length: > 0 } name ? name : null);
        return OnChange.InvokeAsync();
    }

    private Task ChooseTaskAsync(TrainingTask task)
    {
        Form.ChooseTask(task);
        return OnChange.InvokeAsync();
    }

    private Task ChoosePositiveAsync(ChangeEventArgs change)
    {
        Form.PositiveClass = change.Value?.ToString() is { Length: > 0 } value ? value : null;
        return OnChange.InvokeAsync();
    }
}
