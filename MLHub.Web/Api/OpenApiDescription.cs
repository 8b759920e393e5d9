using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MLHub.Web.Api;

/// <summary>What the generator cannot know by itself: credentials, refusals, operation ids, how ids look, examples.</summary>
internal static class OpenApiDescription
{
    private const string Problem = "ApiProblem";
    private const string Bearer = "bearer";
    private const string Basic = "basic";
    private const string Json = "application/json";

    private static readonly Dictionary<int, string> Refusals = new()
    {
        [400] = "The request cannot be understood: malformed JSON, an unknown field.",
        [401] = "No credential, or one that is not valid.",
        [403] = "You can see this, but your role (or the scope of your token) is too small.",
        [404] = "Does not exist, or is not visible to you.",
        [409] = "A conflict: name taken, stale edit, last owner.",
        [413] = "The body is too large.",
        [415] = "This type of body is not supported.",
        [422] = "Understood, but impossible; `errors` names the fields.",
        [429] = "Too many requests; wait as long as `Retry-After` says.",
    };

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = api => ("/" + api.RelativePath).StartsWith(ApiPaths.Prefix + "/", StringComparison.Ordinal);
        options.AddDocumentTransformer(DescribeAsync);
        options.AddOperationTransformer(DescribeAsync);
        options.AddSchemaTransformer(DescribeAsync);
    }

    private static async Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "MLHub",
            Version = "v1",
            Description = "Datasets, training, models and predictions over REST. Times are UTC, ids are 32 hexadecimal digits, lists are paged by `pageSize` and `pageToken`, refusals are problem documents (RFC 9457) with a stable `code`.",
        };
        document.Servers?.Clear();
        document.AddComponent(Problem, await context.GetOrCreateSchemaAsync(typeof(ApiProblem), null, cancellationToken));
        document.AddComponent(Bearer, (IOpenApiSecurityScheme)new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The `accessToken` of a sign-in, or a personal access token (`mlh_pat_…`).",
        });
        document.AddComponent(Basic, (IOpenApiSecurityScheme)new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "Any user name, and a personal access token as the password.",
        });
        DistinguishOperationIds(document);
    }

    private static void DistinguishOperationIds(OpenApiDocument document)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var operation in document.Paths.Values.Where(p => p.Operations is not null).SelectMany(p => p.Operations!.Values).Where(o => o.OperationId is not null))
        {
            var times = seen[operation.OperationId!] = seen.GetValueOrDefault(operation.OperationId!) + 1;
            operation.OperationId += times > 1 ? times.ToString() : "";
        }
    }

    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var permission = metadata.OfType<EndpointPermission>().LastOrDefault();
        var document = context.Document!;
        operation.OperationId ??= OperationId(metadata.OfType<MethodInfo>().FirstOrDefault());
        operation.Description ??= permission switch
        {
            { PublicReason: not null } => "Needs no credential.",
            { IsForWorkers: true } => "Needs the token of a worker (`mlh_wrk_…`).",
            { Role: { } role } => $"Needs the role {role.ToString().ToLowerInvariant()} in the workspace.",
            _ => "Needs a credential.",
        };
        if (permission?.PublicReason is null)
        {
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(Basic, document)] = [] },
            ];
        }

        AddRefusals(operation, permission, context.Description.HttpMethod, document);
        AddIdempotencyKey(operation, metadata);
        AddExample(operation, metadata.OfType<ApiExample>().LastOrDefault());
        return Task.CompletedTask;
    }

    private static void AddRefusals(OpenApiOperation operation, EndpointPermission? permission, string? method, OpenApiDocument document)
    {
        operation.Responses ??= [];
        foreach (var (status, description) in Refusals)
        {
            var applies = status switch
            {
                403 => permission?.PublicReason is null,
                409 or 422 => method is not "GET",
                413 or 415 => operation.RequestBody is not null,
                _ => true,
            };
            if (applies)
            {
                operation.Responses.TryAdd(status.ToString(), new OpenApiResponse
                {
                    Description = description,
                    Content = new Dictionary<string, OpenApiMediaType> { [ApiProblem.ContentType] = new() { Schema = new OpenApiSchemaReference(Problem, document) } },
                });
            }
        }
    }

    private static void AddIdempotencyKey(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<IdempotentEndpoint>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyMiddleware.Header,
                In = ParameterLocation.Header,
                Description = "Any text of yours. Repeating the call with the same one within 24 hours gives the first answer and does nothing.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Core.Idempotency.IdempotencyRecord.MaxKeyLength },
            });
        }
    }

    private static void AddExample(OpenApiOperation operation, ApiExample? example)
    {
        if (example?.Request is { } request && operation.RequestBody?.Content is { } bodies && bodies.TryGetValue(Json, out var body))
        {
            body.Example = request.DeepClone();
        }

        var success = operation.Responses?.FirstOrDefault(r => r.Key.StartsWith('2')).Value;
        if (example?.Answer is { } answer && success?.Content is { } contents && contents.TryGetValue(Json, out var content))
        {
            content.Example = answer.DeepClone();
        }
    }

    /// <summary><c>DatasetApi.CreateAsync</c> → <c>datasetCreate</c>.</summary>
    private static string? OperationId(MethodInfo? handler)
    {
        if (handler?.DeclaringType is not { } type || handler.Name.Contains('<', StringComparison.Ordinal))
        {
            return null;
        }

        var feature = type.Name.EndsWith("Api", StringComparison.Ordinal) ? type.Name[..^3] : type.Name;
        var verb = handler.Name.EndsWith("Async", StringComparison.Ordinal) ? handler.Name[..^5] : handler.Name;
        return char.ToLowerInvariant(feature[0]) + feature[1..] + verb;
    }

    private static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(Guid))
        {
            schema.Format = null;
            schema.Pattern = "^[0-9a-f]{32}$";
            schema.Examples = [JsonValue.Create("01998e2f4c3b7d21a5f08c9be0d41772")];
        }

        return Task.CompletedTask;
    }
}
