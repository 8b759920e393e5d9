using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Experiments;

public sealed partial class AutomaticMethod : ComponentBase
{
    [Parameter, EditorRequired]
    public TrainingForm Form { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, string[]> Problems { get; set; } = new Dictionary<string, string[]>();

    [Parameter]
    public EventCallback OnChange { get; set; }

    private SearchForm Search => Form.Search;

    internal static string Words(int minutes) => minutes switch
    {
        1 => "1 minute",
        < 60 => $"{minutes} minutes",
        60 => "1 hour",
        _ => $"{minutes / 60} hours",
    };

    private Task SetBudgetAsync(ChangeEventArgs change)
    {
        Search.Budget = int.TryParse(change.Value?.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var stop) ? Math.Clamp(stop, 0, SearchForm.Budgets.Count - 1) : Search.Budget;
        return OnChange.InvokeAsync();
    }

    private Task AllowAsync(string algorithm, ChangeEventArgs change)
    {
        Search.Allow(algorithm, change.Value is true);
        return OnChange.InvokeAsync();
    }
}
