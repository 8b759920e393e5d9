using System.Text.Json.Nodes;
using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>What a body looks like, for the API description.</summary>
internal sealed record ApiExample(JsonNode? Request, JsonNode? Answer);

internal static class ApiExampleExtensions
{
    /// <summary>Shows a body and its answer in <c>/docs</c>. Give records or anonymous objects; they are written as the API writes JSON.</summary>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder endpoint, object? request, object? answer = null) =>
        endpoint.WithMetadata(new ApiExample(Node(request), Node(answer)));

    private static JsonNode? Node(object? value) => value is null ? null : System.Text.Json.JsonSerializer.SerializeToNode(value, HubJson.Options);
}
