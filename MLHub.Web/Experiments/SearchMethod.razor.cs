using Microsoft.AspNetCore.Components;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Web.Components;

namespace MLHub.Web.Experiments;

public sealed partial class SearchMethod : ComponentBase
{
    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    /// <summary>What one run of an algorithm took on these rows so far.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, double> Seconds { get; set; } = new Dictionary<string, double>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private SearchForm Search => Form.Search;

    /// <summary>How many trials, and how long they may take as far as earlier runs tell.</summary>
    private string Estimate
    {
        get
        {
            // The problems that the page knows may be those before the last stroke.
            if (Search.Planned(Form.Configuration, Form.Descriptor!) is not { } planned || planned == 0)
            {
                return "The number of trials follows from what is filled in above.";
            }

            var trials = planned >= SearchSpace.Endless ? "more than a billion combinations" : $"{Format.Count(planned)} {(Search.Kind == SearchKind.Grid ? planned == 1 ? "combination" : "combinations" : planned == 1 ? "trial" : "trials at most")}";
            return Seconds.TryGetValue(Form.Algorithm, out var each)
                ? $"{trials}, about {Format.Duration(TimeSpan.FromSeconds(Math.Max(1, Math.Round(each * planned))))}: {Form.Descriptor!.DisplayName} has taken {Format.Duration(TimeSpan.FromSeconds(Math.Max(1, Math.Round(each))))} on these rows before."
                : $"{trials}. How long one takes shows with the first: {Form.Descriptor!.DisplayName} has not been trained on these rows before.";
        }
    }

    private static string Typed(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private Task SetModeAsync(ParameterDescriptor parameter, ChangeEventArgs change) =>
        Enum.TryParse<FieldMode>(Typed(change), out var mode) ? SetAsync(parameter, Search.FieldOf(Form.Descriptor!, parameter) with { Mode = mode }) : Task.CompletedTask;

    private Task SetAsync(ParameterDescriptor parameter, SearchField field)
    {
        Search.SetField(Form.Descriptor!, parameter, field);
        return OnChange.InvokeAsync();
    }

    private Task ChooseKindAsync(SearchKind kind)
    {
        Search.Kind = kind;
        return OnChange.InvokeAsync();
    }

    private Task SetTrialsAsync(ChangeEventArgs change)
    {
        Search.Trials = Typed(change);
        return OnChange.InvokeAsync();
    }

    private Task SetMinutesAsync(ChangeEventArgs change)
    {
        Search.Minutes = Typed(change);
        return OnChange.InvokeAsync();
    }
}
