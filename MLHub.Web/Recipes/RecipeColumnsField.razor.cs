using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeColumnsField : ComponentBase
{
    private const int MaxListed = 100;

    private string _search = "";

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required StepParameter Parameter { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Chosen { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<string>> OnChange { get; set; }

    private List<ColumnSchema> Choosable => [.. Columns.Where(c => RecipeValue.CanTake(Parameter, c))];

    private List<ColumnSchema> Found => [.. Choosable.Where(c => c.Name.Contains(_search.Trim(), StringComparison.OrdinalIgnoreCase))];

    private bool IsThere(string name) => Choosable.Exists(c => c.Name == name);

    private Task FlipAsync(string name) => OnChange.InvokeAsync(Chosen.Contains(name) ? [.. Chosen.Where(n => n != name)] : [.. Chosen, name]);

    private Task ChooseFoundAsync() => OnChange.InvokeAsync([.. Chosen.Union(Found.Select(c => c.Name))]);
}
