using Microsoft.AspNetCore.Components;
using MLHub.Core.Training;
using MLHub.Web.Evaluation;

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

    /// <summary>What one run of an algorithm took on these rows so far.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, double> Seconds { get; set; } = new Dictionary<string, double>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private IEnumerable<ParameterDescriptor> Parameters => Form.Descriptor?.ParametersFor(Form.Task) ?? [];

    private List<ParameterDescriptor> Basic => [.. Parameters.Where(p => !p.Advanced)];

    private List<ParameterDescriptor> Advanced => [.. Parameters.Where(p => p.Advanced)];

    private int Changed => Parameters.Count(Form.IsChanged);

    private string Budget => Form.Descriptor is { KeepsModelSoFar: false } whole
        ? $"{whole.DisplayName} has no model before its end: a run that is not done by then fails."
        : "When it is used up, the best model so far is kept.";

    /// <summary>Trials need a truth to be judged by.</summary>
    private bool MaySearch => TaskWords.NeedsTarget(Form.Task);

    private static IEnumerable<(TrainingMethod Method, string Name, string Help)> Methods =>
    [
        (TrainingMethod.Automatic, "Automatic", "several algorithms within a time"),
        (TrainingMethod.One, "One algorithm", "with settings of your own"),
        (TrainingMethod.Search, "Search", "the best settings of one algorithm"),
    ];

    private Task ChooseMethodAsync(TrainingMethod method)
    {
        Form.ChooseMethod(method);
        return OnChange.InvokeAsync();
    }

    private static string PresetCss(bool isChosen) => isChosen ? "preset chosen" : "preset";

    private Task ChoosePresetAsync(AlgorithmPreset? preset)
    {
        Form.ChoosePreset(preset);
        return OnChange.InvokeAsync();
    }

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
