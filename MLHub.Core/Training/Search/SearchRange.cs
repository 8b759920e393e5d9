using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Core.Training.Search;

/// <summary>Values of one parameter that a search may try: a list, or everything from a smallest to a greatest number.</summary>
public sealed record SearchRange
{
    public const int MaxValues = 100;

    /// <summary>Points that a grid takes from a range unless it says how many.</summary>
    public const int DefaultSteps = 5;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? Values { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Min { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Max { get; init; }

    /// <summary>Steps multiply instead of adding up.</summary>
    public bool Log { get; init; }

    /// <summary>How many points a grid takes from a range.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Steps { get; init; }

    /// <summary>Only one value: the parameter is set, not searched.</summary>
    [JsonIgnore]
    public bool IsFixed => Values is { Count: 1 };

    public static SearchRange Of(params IEnumerable<JsonElement> values) => new() { Values = [.. values] };

    public static SearchRange Between(double min, double max, bool log) => new() { Min = min, Max = max, Log = log };

    /// <summary>From REST: a list, <c>{min, max, log}</c>, or a single value.</summary>
    public static SearchRange Parse(string name, JsonElement given)
    {
        switch (given.ValueKind)
        {
            case JsonValueKind.Array:
                return Of(given.EnumerateArray());
            case JsonValueKind.Object:
                if (given.EnumerateObject().FirstOrDefault(m => m.Name is not ("min" or "max" or "log" or "steps")) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
                {
                    throw HubException.Field($"searchSpace.{name}", $"A range has min, max, log and, for a grid, steps; “{unknown.Name}” is none of them.", "BAD_RANGE");
                }

                return new()
                {
                    Min = Number("min"),
                    Max = Number("max"),
                    Log = given.TryGetProperty("log", out var log) && log.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined
                        ? log.ValueKind == JsonValueKind.True
                        : given.TryGetProperty("log", out _) ? throw Bad("log is true or false.") : false,
                    Steps = given.TryGetProperty("steps", out var steps) ? steps.ValueKind == JsonValueKind.Number && steps.TryGetInt32(out var count) ? count : throw Bad("steps is a whole number.") : null,
                };
            default:
                return Of(given);
        }

        double Number(string member) => given.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Bad($"Give {member} as a number.");

        HubException Bad(string message) => HubException.Field($"searchSpace.{name}", message, "BAD_RANGE");
    }

    /// <summary>The value at a place between 0 and 1.</summary>
    public JsonElement At(ParameterDescriptor parameter, double place)
    {
        place = Math.Clamp(place, 0, 1);
        if (Values is { } values)
        {
            return values[Math.Min(values.Count - 1, (int)(place * values.Count))];
        }

        var (min, max) = (Min!.Value, Max!.Value);
        var number = Log ? Math.Exp(Math.Log(min) + (place * (Math.Log(max) - Math.Log(min)))) : min + (place * (max - min));
        return parameter.Type == ParameterType.Integer
            ? JsonSerializer.SerializeToElement((long)Math.Clamp(Math.Round(number, MidpointRounding.AwayFromZero), Math.Ceiling(min), Math.Floor(max)))
            : JsonSerializer.SerializeToElement(Math.Clamp(Readable(number), min, max));
    }

    /// <summary>Where between 0 and 1 a value lies; the middle when it is outside.</summary>
    public double PlaceOf(JsonElement value)
    {
        if (Values is { } values)
        {
            var index = values.ToList().FindIndex(v => JsonElement.DeepEquals(v, value));
            return index < 0 ? 0.5 : (index + 0.5) / values.Count;
        }

        if (value.ValueKind != JsonValueKind.Number || value.GetDouble() is var number && (number < Min || number > Max || Max <= Min))
        {
            return 0.5;
        }

        return Log ? (Math.Log(number) - Math.Log(Min!.Value)) / (Math.Log(Max!.Value) - Math.Log(Min.Value)) : (number - Min!.Value) / (Max!.Value - Min.Value);
    }

    /// <summary>The points that a grid takes, smallest first.</summary>
    public IReadOnlyList<JsonElement> Points(ParameterDescriptor parameter)
    {
        if (Values is { } values)
        {
            return values;
        }

        var steps = Math.Clamp(Steps ?? DefaultSteps, 2, MaxValues);
        var points = new List<JsonElement>();
        for (var i = 0; i < steps; i++)
        {
            var point = At(parameter, (double)i / (steps - 1));
            if (points.Count == 0 || !JsonElement.DeepEquals(points[^1], point))
            {
                points.Add(point);
            }
        }

        return points;
    }

    /// <summary>Four digits tell settings apart; more only fill the table.</summary>
    private static double Readable(double number) =>
        number == 0 ? 0 : double.Parse(number.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
