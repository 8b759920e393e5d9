using System.Globalization;
using System.Text.Json;
using MLHub.Core.Training;

namespace MLHub.Web.Experiments;

/// <summary>Hyper-parameters between JSON and what stands in a field.</summary>
internal static class ParameterText
{
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    /// <summary>What does not parse stays text, so that the check of the configuration says what is wrong with it.</summary>
    public static JsonElement Read(ParameterDescriptor parameter, string typed)
    {
        var text = typed.Trim();
        switch (parameter.Type)
        {
            case ParameterType.Boolean when bool.TryParse(text, out var flag):
                return JsonSerializer.SerializeToElement(flag);
            case ParameterType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                return JsonSerializer.SerializeToElement(whole);
            case ParameterType.Integer or ParameterType.Number
                when double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                return JsonSerializer.SerializeToElement(number);
            default:
                return JsonSerializer.SerializeToElement(typed);
        }
    }

    /// <summary><c>learningRate</c> → “Learning rate”.</summary>
    public static string Title(string name)
    {
        var words = string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && !char.IsUpper(name[i - 1]) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Which values are allowed: “0.001 – 1”.</summary>
    public static string? Range(ParameterDescriptor parameter) => (parameter.Min, parameter.Max) switch
    {
        ({ } min, { } max) => $"{Plain(min)} – {Plain(max)}",
        ({ } min, null) => $"{Plain(min)} or more",
        (null, { } max) => $"{Plain(max)} or less",
        _ => null,
    };

    private static string Plain(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
