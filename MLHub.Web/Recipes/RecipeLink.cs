using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

/// <summary>Steps that other pages ask for: <c>?tab=recipe&amp;add=fill_missing&amp;column=age</c>.</summary>
internal static class RecipeLink
{
    /// <summary>The step about a column, or with a condition, wherever it takes one.</summary>
    public static RecipeStep Step(RecipeStepDescriptor descriptor, string? column, string? filter)
    {
        Dictionary<string, JsonElement> parameters = [];
        if (!string.IsNullOrEmpty(column) && descriptor.Parameters.FirstOrDefault(p => p.When is null && p.Type is StepParameterType.Column or StepParameterType.Columns) is { } place)
        {
            parameters[place.Name] = place.Type == StepParameterType.Column ? RecipeValue.Of(column) : RecipeValue.Of(new[] { column });
        }

        if (descriptor.Parameters.FirstOrDefault(p => p.Type == StepParameterType.Filter) is { } condition)
        {
            var text = !string.IsNullOrEmpty(filter) ? filter : string.IsNullOrEmpty(column) ? null : $"{RecipeColumns.Quoted(column)} is not null";
            if (text is not null)
            {
                parameters[condition.Name] = RecipeValue.Of(text);
            }
        }

        return new(descriptor.Name, parameters);
    }
}
