using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>Writes the answer to a question into the option that it names.</summary>
internal static class ImportAnswer
{
    public static ImportOptions Give(ImportOptions options, ImportQuestion question, string value)
    {
        var node = JsonSerializer.SerializeToNode(options, HubJson.Options)!.AsObject();
        if (question is { Option: "types", Column: { } column })
        {
            var types = node["types"] as JsonObject ?? [];
            types[column] = value;
            node["types"] = types.DeepClone();
        }
        else
        {
            node[question.Option] = Value(question.Option, value);
        }

        return node.Deserialize<ImportOptions>(HubJson.Options)!;
    }

    private static JsonNode? Value(string option, string value) => value switch
    {
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when option is "skipRows" or "headerRows" or "flattenDepth" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
