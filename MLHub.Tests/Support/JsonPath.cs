using System.Text.Json;

namespace MLHub.Tests.Support;

/// <summary>Reads answers by path; a missing member fails with the whole answer in the message.</summary>
internal static class JsonPath
{
    /// <param name="path">Member names and array indexes.</param>
    public static JsonElement At(this JsonElement json, params ReadOnlySpan<object> path)
    {
        var at = json;
        foreach (var step in path)
        {
            var found = step switch
            {
                int index => at.ValueKind == JsonValueKind.Array && index < at.GetArrayLength() ? at[index] : default,
                string name => at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member) ? member : default,
                _ => default,
            };
            if (found.ValueKind == JsonValueKind.Undefined)
            {
                Assert.Fail($"There is no {step} in {Shown(at)} (whole answer: {Shown(json)})");
            }

            at = found;
        }

        return at;
    }

    public static string Text(this JsonElement json, params ReadOnlySpan<object> path)
    {
        var at = json.At(path);
        return at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText();
    }

    public static double Number(this JsonElement json, params ReadOnlySpan<object> path) => json.At(path).GetDouble();

    public static bool Has(this JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var found) && found.ValueKind != JsonValueKind.Null;

    private static string Shown(JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.Undefined ? "(nothing)" : json.GetRawText();
        return text.Length > 2000 ? text[..2000] + " …" : text;
    }
}
