using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeField : ComponentBase
{
    // What was typed and is not the value written out: half a number, the line that is being begun.
    private string? _typed;
    private string? _typedFor;
    private string? _notANumber;

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required StepParameter Parameter { get; set; }

    /// <summary>What the step is told, or would be by default.</summary>
    [Parameter]
    public JsonElement? Value { get; set; }

    /// <summary>Those that reach the step.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnSchema> Columns { get; set; }

    [Parameter]
    public string? Problem { get; set; }

    /// <summary>The problem is only that nothing has been filled in yet.</summary>
    [Parameter]
    public bool IsUnfinished { get; set; }

    /// <summary>Where in the text of a formula the problem is, from 0.</summary>
    [Parameter]
    public int? Position { get; set; }

    /// <summary><c>null</c> goes back to the default.</summary>
    [Parameter]
    public EventCallback<JsonElement?> OnChange { get; set; }

    private bool IsGroup => Parameter.Type is StepParameterType.Columns or StepParameterType.Map || Parameter is { Type: StepParameterType.List, Choices: not null };

    private string HelpId => $"{Id}-help";

    private string? Said => _notANumber ?? Problem;

    private string? Invalid => Said is null || IsUnfinished ? null : "true";

    private string? Needed => Parameter.Required || Parameter.Default is not null || Parameter.EmptyMeansAll ? null : "(optional)";

    private IEnumerable<ColumnSchema> Choosable => Columns.Where(c => RecipeValue.CanTake(Parameter, c));

    private string? Gone => RecipeValue.Text(Value) is { Length: > 0 } name && Choosable.All(c => c.Name != name) ? name : null;

    protected override void OnParametersSet()
    {
        // Another value than the one that was typed came from elsewhere: undo, a template.
        if (_typed is not null && _typedFor != RecipeValue.Text(Value))
        {
            (_typed, _notANumber) = (null, null);
        }
    }

    private Task SetTextAsync(ChangeEventArgs change, bool isOptional)
    {
        var text = change.Value?.ToString() ?? "";
        return OnChange.InvokeAsync(text.Length == 0 && (isOptional || Parameter.Default is null) ? null : RecipeValue.Of(text));
    }

    private async Task SetNumberAsync(ChangeEventArgs change)
    {
        var text = change.Value?.ToString() ?? "";
        JsonElement? value = null;
        _notANumber = null;
        if (text.Trim().Length > 0)
        {
            if (RecipeValue.Number(text) is { } number)
            {
                value = RecipeValue.Of(number);
            }
            else
            {
                _notANumber = $"{Parameter.Title}: “{text.Trim()}” is not a number.";
                (_typed, _typedFor) = (text, RecipeValue.Text(Value));
                return;
            }
        }

        (_typed, _typedFor) = (text, RecipeValue.Text(value ?? Parameter.Default));
        await OnChange.InvokeAsync(value);
    }

    private async Task SetListAsync(ChangeEventArgs change)
    {
        var text = change.Value?.ToString() ?? "";
        var items = text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0).Select(RecipeValue.Item).ToList();
        JsonElement? value = items.Count == 0 ? null : RecipeValue.Of(items);
        (_typed, _typedFor) = (text, RecipeValue.Text(value ?? Parameter.Default));
        await OnChange.InvokeAsync(value);
    }

    private Task FlipAsync(string choice)
    {
        var chosen = RecipeValue.Texts(Value);
        var now = Parameter.Choices!.Where(c => chosen.Contains(c) != (c == choice)).ToList();
        return OnChange.InvokeAsync(RecipeValue.Of(now));
    }
}
