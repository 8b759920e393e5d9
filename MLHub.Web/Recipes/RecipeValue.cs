using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

/// <summary>Between what stands in a form's fields and what a step is told.</summary>
internal static class RecipeValue
{
    public static JsonElement Of<T>(T value) => JsonSerializer.SerializeToElement(value, HubJson.Options);

    /// <summary>What the step is told, or would be by default.</summary>
    public static JsonElement? Current(RecipeStep step, StepParameter parameter) =>
        step.Parameters?.TryGetValue(parameter.Name, out var given) == true && given.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? given : parameter.Default;

    public static string Text(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } other => other.GetRawText(),
    };

    public static IReadOnlyList<string> Texts(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(v => Text(v))],
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        _ => [],
    };

    public static IReadOnlyList<(string Key, string Value)> Pairs(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Object } map ? [.. map.EnumerateObject().Select(m => (m.Name, Text(m.Value)))] : [];

    /// <summary>A line of a list: a number when that is exactly how the number is written, so that <c>007</c> stays a text.</summary>
    public static JsonElement Item(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number.ToString("R", CultureInfo.InvariantCulture) == text
            ? Of(number)
            : Of(text);

    /// <summary>A number as people type it; a comma may stand for the point.</summary>
    public static double? Number(string text)
    {
        var plain = text.Trim().Replace(" ", "").Replace("−", "-");
        plain = plain.Contains('.') ? plain : plain.Replace(',', '.');
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    /// <summary>Whether the parameter says anything, as the others are now.</summary>
    public static bool IsOfUse(RecipeStep step, RecipeStepDescriptor descriptor, StepParameter parameter) =>
        parameter.When is not { } when || (descriptor.Parameters.FirstOrDefault(p => p.Name == when.Parameter) is { } other && when.Values.Contains(Text(Current(step, other))));

    public static bool CanTake(StepParameter parameter, ColumnSchema column) => parameter.ColumnTypes is not { } types || types.Contains(column.Type);
}
