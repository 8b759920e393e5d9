using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>The parameters of a step, checked against its descriptor and against the columns that reach it.</summary>
public sealed class StepArguments
{
    private const int MaxText = 20_000;
    private const int MaxEntries = 5000;

    private readonly RecipeStepDescriptor _descriptor;
    private readonly IReadOnlyDictionary<string, JsonElement> _values;
    private readonly Dictionary<string, IReadOnlyList<ColumnSchema>> _columns = [];

    private StepArguments(RecipeStepDescriptor descriptor, IReadOnlyDictionary<string, JsonElement> values)
    {
        _descriptor = descriptor;
        _values = values;
    }

    /// <exception cref="StepException">Names the parameter that cannot be used.</exception>
    public static StepArguments Check(RecipeStepDescriptor descriptor, RecipeStep step, IReadOnlyList<ColumnSchema> columns)
    {
        var values = step.Parameters ?? new Dictionary<string, JsonElement>();
        if (values.Keys.FirstOrDefault(k => descriptor.Parameters.All(p => p.Name != k)) is { } unknown)
        {
            throw new StepException("UNKNOWN_PARAMETER", unknown, $"This step has no parameter \"{unknown}\". It has: {string.Join(", ", descriptor.Parameters.Select(p => p.Name))}.");
        }

        var arguments = new StepArguments(descriptor, values);
        foreach (var parameter in descriptor.Parameters.Where(arguments.IsOfUse))
        {
            arguments.Check(parameter, columns);
        }

        return arguments;
    }

    /// <summary>Whether the parameter was given, or has a default.</summary>
    public bool Has(string name) => Find(name) is not null;

    public ColumnSchema Column(string name) => _columns[name][0];

    public ColumnSchema? ColumnOrNull(string name) => _columns.TryGetValue(name, out var found) && found.Count > 0 ? found[0] : null;

    public IReadOnlyList<ColumnSchema> Columns(string name) => _columns.TryGetValue(name, out var found) ? found : [];

    public string Text(string name) => Find(name) is { } value ? TextOf(value) : "";

    public double Number(string name) => Find(name)!.Value.GetDouble();

    public double? NumberOrNull(string name) => Find(name)?.GetDouble();

    public int Integer(string name) => (int)Find(name)!.Value.GetDouble();

    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    public IReadOnlyList<JsonElement> List(string name) => Find(name) is { } value ? [.. value.EnumerateArray()] : [];

    public IReadOnlyList<string> Texts(string name) => [.. List(name).Select(TextOf)];

    public IReadOnlyList<KeyValuePair<string, JsonElement>> Map(string name) =>
        Find(name) is { } value ? [.. value.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, m.Value))] : [];

    /// <summary>The raw value; <c>null</c> when it is neither given nor has a default.</summary>
    public JsonElement? Value(string name) => Find(name);

    internal static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    private bool IsOfUse(StepParameter parameter) => parameter.When is not { } when || when.Values.Contains(Text(when.Parameter));

    private JsonElement? Find(string name) =>
        _values.TryGetValue(name, out var given) && given.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? given
            : _descriptor.Parameters.FirstOrDefault(p => p.Name == name)?.Default;

    private void Check(StepParameter parameter, IReadOnlyList<ColumnSchema> columns)
    {
        var isColumns = parameter.Type is StepParameterType.Column or StepParameterType.Columns;
        var value = Find(parameter.Name);
        var isEmpty = value is null || value is { ValueKind: JsonValueKind.String } text && (text.GetString()!.Length == 0 && parameter.Type != StepParameterType.Text)
            || value is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 0;
        if (isEmpty)
        {
            if (parameter.EmptyMeansAll)
            {
                _columns[parameter.Name] = [.. columns.Where(c => Fits(parameter, c))];
                return;
            }

            if (parameter.Required)
            {
                throw Bad(parameter, "REQUIRED", isColumns ? "Choose a column." : "Fill this in.");
            }

            return;
        }

        switch (parameter.Type)
        {
            case StepParameterType.Column:
                _columns[parameter.Name] = [Resolve(parameter, Word(parameter, value!.Value), columns)];
                break;
            case StepParameterType.Columns:
                _columns[parameter.Name] = [.. Array(parameter, value!.Value).Select(v => Resolve(parameter, Word(parameter, v), columns)).Distinct()];
                break;
            case StepParameterType.Number or StepParameterType.Integer:
                CheckNumber(parameter, value!.Value);
                break;
            case StepParameterType.Boolean:
                if (value!.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                {
                    throw Bad(parameter, "BAD_PARAMETER", "This is true or false.");
                }

                break;
            case StepParameterType.Choice:
                CheckChoice(parameter, Word(parameter, value!.Value));
                break;
            case StepParameterType.List:
                foreach (var item in Array(parameter, value!.Value))
                {
                    if (item.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) || TextOf(item).Length > MaxText)
                    {
                        throw Bad(parameter, "BAD_PARAMETER", "The list may hold texts and numbers.");
                    }

                    CheckChoice(parameter, TextOf(item));
                }

                break;
            case StepParameterType.Map:
                CheckMap(parameter, value!.Value);
                break;
            default:
                if (value!.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) || TextOf(value.Value).Length > MaxText)
                {
                    throw Bad(parameter, "BAD_PARAMETER", $"This is a text of up to {MaxText} characters.");
                }

                break;
        }
    }

    private static void CheckNumber(StepParameter parameter, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            throw Bad(parameter, "BAD_PARAMETER", "This is a number.");
        }

        if (parameter.Type == StepParameterType.Integer && (number != Math.Floor(number) || Math.Abs(number) > int.MaxValue))
        {
            throw Bad(parameter, "BAD_PARAMETER", "This is a whole number.");
        }

        if (number < parameter.Min || number > parameter.Max)
        {
            var range = (parameter.Min, parameter.Max) switch
            {
                ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"from {min} to {max}"),
                ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"not below {min}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"not above {parameter.Max}"),
            };
            throw Bad(parameter, "OUT_OF_RANGE", $"The number must be {range}.");
        }
    }

    private static void CheckChoice(StepParameter parameter, string word)
    {
        if (parameter.Choices is { } choices && !choices.Contains(word))
        {
            throw Bad(parameter, "BAD_CHOICE", $"\"{Short(word)}\" is not to choose here; these are: {string.Join(", ", choices)}.");
        }
    }

    private static void CheckMap(StepParameter parameter, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Bad(parameter, "BAD_PARAMETER", "This is a list of pairs: an object with one member for each.");
        }

        var entries = value.EnumerateObject().ToList();
        if (entries.Count > MaxEntries || entries.Exists(e => e.Name.Length > MaxText || TextOf(e.Value).Length > MaxText || e.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
        {
            throw Bad(parameter, "BAD_PARAMETER", $"Up to {MaxEntries} pairs of texts or numbers.");
        }
    }

    private static IReadOnlyList<JsonElement> Array(StepParameter parameter, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && parameter.Type == StepParameterType.Columns)
        {
            return [value];
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MaxEntries
            ? [.. value.EnumerateArray()]
            : throw Bad(parameter, "BAD_PARAMETER", $"This is a list of up to {MaxEntries} entries.");
    }

    private static string Word(StepParameter parameter, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad(parameter, "BAD_PARAMETER", "This is a text.");

    private static ColumnSchema Resolve(StepParameter parameter, string name, IReadOnlyList<ColumnSchema> columns)
    {
        var column = columns.FirstOrDefault(c => c.Name == name);
        if (column is null)
        {
            throw Unknown(parameter.Name, name, columns);
        }

        if (!Fits(parameter, column))
        {
            throw Bad(parameter, "WRONG_COLUMN_TYPE", $"\"{column.Name}\" holds {TypeWord(column.Type)}; this takes {string.Join(" or ", parameter.ColumnTypes!.Select(TypeWord).Distinct())}.");
        }

        return column;
    }

    /// <summary>A column is not there; perhaps another one is meant.</summary>
    internal static StepException Unknown(string parameter, string name, IReadOnlyList<ColumnSchema> columns)
    {
        var near = Near(name, columns);
        return new("UNKNOWN_COLUMN", parameter, $"There is no column \"{Short(name)}\" at this step{(near is null ? "." : $"; \"{near}\" is there.")}") { Suggestion = near };
    }

    private static bool Fits(StepParameter parameter, ColumnSchema column) => parameter.ColumnTypes is not { } types || types.Contains(column.Type);

    /// <summary>The same name but for case, spaces and signs.</summary>
    private static string? Near(string name, IReadOnlyList<ColumnSchema> columns)
    {
        static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        var plain = Plain(name);
        return plain.Length == 0 ? null : columns.FirstOrDefault(c => Plain(c.Name) == plain)?.Name;
    }

    internal static string TypeWord(ColumnType type) => type switch
    {
        ColumnType.Integer => "whole numbers",
        ColumnType.Number => "numbers",
        ColumnType.Boolean => "yes and no",
        ColumnType.Date => "dates",
        ColumnType.Datetime => "dates with time",
        ColumnType.Time => "times of day",
        _ => "text",
    };

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;

    private static StepException Bad(StepParameter parameter, string code, string message) => new(code, parameter.Name, $"{parameter.Title}: {message}");
}
