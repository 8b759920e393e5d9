using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeStepPicker : ComponentBase
{
    private readonly string _id = $"steps-{Guid.NewGuid():N}";
    private ElementReference _search;
    private string _text = "";
    private int _active;

    [Parameter, EditorRequired]
    public required IReadOnlyList<RecipeStepDescriptor> Steps { get; set; }

    [Parameter]
    public EventCallback<RecipeStepDescriptor> OnPick { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    private string SearchId => $"{_id}-search";

    private string ListId => $"{_id}-list";

    private string? ActiveId => Active is { } active ? IdOf(active) : null;

    private RecipeStepDescriptor? Active => Found is { Count: > 0 } found ? found[Math.Clamp(_active, 0, found.Count - 1)] : null;

    private List<RecipeStepDescriptor> Found => [.. Groups.SelectMany(g => g)];

    private IEnumerable<IGrouping<string, RecipeStepDescriptor>> Groups => Steps.Where(s => Meets(s, _text))
        .OrderBy(s => RecipeWords.Categories.TakeWhile(c => c.Category != s.Category).Count()).GroupBy(s => s.Category);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _search.FocusAsync(preventScroll: true);
        }
    }

    /// <summary>Whether each word that was typed begins a word of the step's title, name, summary or keywords.</summary>
    internal static bool Meets(RecipeStepDescriptor step, string text)
    {
        var words = $"{step.Title} {step.Name.Replace('_', ' ')} {step.Summary} {step.Category} {string.Join(' ', step.Keywords)}"
            .Split([' ', ',', '.', '-', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(typed => words.Any(w => w.StartsWith(typed, StringComparison.OrdinalIgnoreCase)));
    }

    private string IdOf(RecipeStepDescriptor step) => $"{_id}-{step.Name}";

    private void Search(ChangeEventArgs change)
    {
        _text = change.Value?.ToString() ?? "";
        _active = 0;
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        switch (key.Key)
        {
            case "ArrowDown":
                _active = Math.Min(_active + 1, Math.Max(0, Found.Count - 1));
                break;
            case "ArrowUp":
                _active = Math.Max(_active - 1, 0);
                break;
            case "Enter" when Active is { } step:
                await OnPick.InvokeAsync(step);
                break;
            case "Escape":
                await OnClose.InvokeAsync();
                break;
        }
    }
}
