using System.Text.Encodings.Web;
using System.Text.Json;
using MLHub.Core.Models;

namespace MLHub.Web.Models;

/// <summary>Calls that predict, ready to be pasted.</summary>
internal static class ModelSnippets
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Curl(string server, Guid modelId, ModelVersionView version) =>
        $"""
        curl -X POST "{Address(server, modelId, version)}" \
          -H "Authorization: Bearer $MLHUB_TOKEN" \
          -H "Content-Type: application/json" \
          -d '{Body(version).Replace("'", "'\\''")}'
        """;

    public static string Python(string server, Guid modelId, ModelVersionView version) =>
        $"""
        import json, os, urllib.request

        request = urllib.request.Request(
            "{Address(server, modelId, version)}",
            data=json.dumps(json.loads(r'''{Body(version).Replace("'''", "\\u0027\\u0027\\u0027")}''')).encode(),
            headers=dict([("Authorization", "Bearer " + os.environ["MLHUB_TOKEN"]), ("Content-Type", "application/json")]),
        )
        print(json.load(urllib.request.urlopen(request))["predictions"])
        """;

    public static string CSharp(string server, Guid modelId, ModelVersionView version) =>
        $$"""
        using System.Net.Http.Headers;

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("MLHUB_TOKEN"));
        using var body = new StringContent(@"{{Body(version).Replace("\"", "\"\"")}}", System.Text.Encoding.UTF8, "application/json");
        var answer = await http.PostAsync("{{Address(server, modelId, version)}}", body);
        Console.WriteLine(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        """;

    /// <summary>By alias where there is one, so that the call follows it.</summary>
    private static string Address(string server, Guid modelId, ModelVersionView version)
    {
        var alias = version.Aliases.Contains(ModelAlias.Champion) ? ModelAlias.Champion : version.Aliases.Count > 0 ? version.Aliases[0] : null;
        return $"{server.TrimEnd('/')}/api/v1/models/{modelId:N}/predict?{(alias is null ? $"version={version.Number}" : $"alias={alias}")}";
    }

    private static string Body(ModelVersionView version) => JsonSerializer.Serialize(new { rows = new[] { PredictForm.ExampleRow(version.Signature) } }, Readable);
}
