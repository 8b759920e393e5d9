using Microsoft.AspNetCore.Components;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

public sealed partial class MethodSection : ComponentBase
{
    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    /// <summary>Those that can answer the question, also the ones that do not work on this server.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<AlgorithmDescriptor> Algorithms { get; set; } = [];

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private int Changed => Form.Descriptor?.Parameters.Count(Form.IsChanged) ?? 0;

    private static string Curve(CurveKind curve) => curve switch
    {
        CurveKind.Live => "live curve",
        CurveKind.Afterwards => "curve afterwards",
        _ => "no curve",
    };

    private string Css(AlgorithmDescriptor algorithm) =>
        $"algorithm{(algorithm.Name == Form.Algorithm ? " chosen" : "")}{(algorithm.Available ? "" : " off")}";

    private Task ChooseAsync(string name)
    {
        Form.ChooseAlgorithm(name);
        return OnChange.InvokeAsync();
    }

    private Task SetAsync(KeyValuePair<string, string> typed)
    {
        Form.SetParameter(typed.Key, typed.Value);
        return OnChange.InvokeAsync();
    }

    private Task ResetAsync(string name)
    {
        Form.ResetParameter(name);
        return OnChange.InvokeAsync();
    }

    private Task ResetAllAsync()
    {
        foreach (var parameter in Form.Descriptor!.Parameters)
        {
            Form.ResetParameter(parameter.Name);
        }

        return OnChange.InvokeAsync();
    }

    private Task SetMinutesAsync(ChangeEventArgs change)
    {
        Form.Minutes = change.Value?.ToString() ?? "";
        return OnChange.InvokeAsync();
    }
}
