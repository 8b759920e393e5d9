using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Tests.Recipes;

/// <summary>Steps as a program would send them.</summary>
internal static class Steps
{
    /// <param name="parameters">An anonymous object, a dictionary, or JSON.</param>
    public static RecipeStep Of(string step, object? parameters = null) => new(step, parameters switch
    {
        null => null,
        string json => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json),
        _ => JsonSerializer.SerializeToElement(parameters, HubJson.Options).Deserialize<Dictionary<string, JsonElement>>(),
    });
}
