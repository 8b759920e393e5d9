using Microsoft.AspNetCore.Components;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

public sealed partial class ParameterForm : ComponentBase
{
    [Parameter, EditorRequired]
    public IReadOnlyList<ParameterDescriptor> Parameters { get; set; } = [];

    /// <summary>What was typed, by name; a parameter that is missing shows its default.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, string> Values { get; set; } = new Dictionary<string, string>();

    /// <summary>Keyed <c>parameters.learningRate</c>.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback<KeyValuePair<string, string>> OnChange { get; set; }

    [Parameter]
    public EventCallback<string> OnReset { get; set; }

    private Task SetAsync(ParameterDescriptor parameter, ChangeEventArgs change) =>
        OnChange.InvokeAsync(new(parameter.Name, change.Value?.ToString() ?? ""));
}
