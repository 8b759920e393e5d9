using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>The parameters of a step as words for its sentence: whatever they are, checked or not.</summary>
public sealed class StepWords(RecipeStepDescriptor descriptor, RecipeStep step)
{
    private const int MaxNames = 3;
    private const int MaxLength = 60;

    public bool Has(string name) => Find(name) is { } value && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0) && StepArguments.TextOf(value).Length > 0;

    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The bare word, for choosing between sentences.</summary>
    public string Word(string name) => Find(name) is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Object) } value ? StepArguments.TextOf(value) : "";

    /// <summary>A value to be shown: shortened, without asterisks of its own; <c>…</c> when it is not there yet.</summary>
    public string Text(string name) => Has(name) ? Clean(Word(name)) : "…";

    public string Quoted(string name) => Has(name) ? $"“{Clean(Word(name))}”" : "…";

    /// <summary>Names of columns: <c>*a*, *b* and 3 more</c>.</summary>
    public string Columns(string name, string whenEmpty = "…")
    {
        var names = Find(name) switch
        {
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Select(StepArguments.TextOf).ToList(),
            { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().Select(m => m.Name).ToList(),
            _ => (List<string>)[],
        };
        names.RemoveAll(n => n.Length == 0);
        return names.Count == 0 ? whenEmpty : Join([.. names.Select(Star)]);
    }

    public string List(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
        ? Join([.. list.EnumerateArray().Select(e => Clean(StepArguments.TextOf(e)))])
        : "…";

    public IReadOnlyList<KeyValuePair<string, string>> Map(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Object } map ? [.. map.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, StepArguments.TextOf(m.Value)))] : [];

    public static string Star(string name) => $"*{Clean(name)}*";

    public static string Join(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "…",
        1 => words[0],
        <= MaxNames => $"{string.Join(", ", words.Take(words.Count - 1))} and {words[^1]}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", words.Take(MaxNames - 1))} and {words.Count - MaxNames + 1} more"),
    };

    private static string Clean(string text)
    {
        var clean = string.Concat(text.Select(c => c == '*' ? '∗' : char.IsControl(c) ? ' ' : c));
        return clean.Length > MaxLength ? clean[..MaxLength] + "…" : clean;
    }

    private JsonElement? Find(string name) =>
        step.Parameters?.TryGetValue(name, out var given) == true && given.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? given
            : descriptor.Parameters.FirstOrDefault(p => p.Name == name)?.Default;
}
