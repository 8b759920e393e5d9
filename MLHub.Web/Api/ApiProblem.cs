using System.Diagnostics;
using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>The one shape of a refusal over REST (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="TraceId">Finds the request in the server's log.</param>
/// <param name="Errors">Field → messages.</param>
public sealed record ApiProblem(
    int Status,
    string Title,
    string Detail,
    string Code,
    string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null)
{
    public const string ContentType = "application/problem+json";

    public static int StatusOf(Refusal refusal) => refusal switch
    {
        Refusal.Invalid => StatusCodes.Status400BadRequest,
        Refusal.Unauthenticated => StatusCodes.Status401Unauthorized,
        Refusal.Forbidden => StatusCodes.Status403Forbidden,
        Refusal.NotFound => StatusCodes.Status404NotFound,
        Refusal.Conflict => StatusCodes.Status409Conflict,
        Refusal.TooLarge => StatusCodes.Status413PayloadTooLarge,
        Refusal.UnsupportedType => StatusCodes.Status415UnsupportedMediaType,
        Refusal.Impossible => StatusCodes.Status422UnprocessableEntity,
        Refusal.TooMany => StatusCodes.Status429TooManyRequests,
        Refusal.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status507InsufficientStorage,
    };

    public static Task WriteAsync(HttpContext http, HubException refused)
    {
        if (refused.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString();
        }

        return WriteAsync(http, StatusOf(refused.Refusal), refused.Code, refused.Message, refused.Errors);
    }

    public static Task WriteAsync(HttpContext http, int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        http.Response.StatusCode = status;
        var problem = new ApiProblem(status, TitleOf(status), detail, code, Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier, errors);
        return http.Response.WriteAsJsonAsync(problem, HubJson.Options, ContentType, http.RequestAborted);
    }

    /// <summary>For answers that the framework gives without a body: no such route, wrong method, no credential.</summary>
    public static Task WriteAsync(HttpContext http, int status) => status switch
    {
        StatusCodes.Status401Unauthorized => WriteAsync(http, status, "UNAUTHENTICATED", "Sign in: send an access token as \"Authorization: Bearer …\"."),
        StatusCodes.Status403Forbidden => WriteAsync(http, status, "FORBIDDEN", "Your role does not allow this."),
        StatusCodes.Status404NotFound => WriteAsync(http, status, "NOT_FOUND", "There is no such address. /docs lists those there are."),
        StatusCodes.Status405MethodNotAllowed => WriteAsync(http, status, "METHOD_NOT_ALLOWED", $"This address does not take {http.Request.Method}. /docs lists what it takes."),
        StatusCodes.Status413PayloadTooLarge => WriteAsync(http, status, "TOO_LARGE", "The body is larger than this address takes."),
        StatusCodes.Status415UnsupportedMediaType => WriteAsync(http, status, "TYPE_UNSUPPORTED", "Send JSON, with the header \"Content-Type: application/json\"."),
        StatusCodes.Status429TooManyRequests => WriteAsync(http, status, "TOO_MANY_REQUESTS", "Too many requests. Wait as long as the header Retry-After says."),
        >= 500 => WriteAsync(http, status, "INTERNAL_ERROR", "Something went wrong on our side. The log of the server has the details under this traceId."),
        _ => WriteAsync(http, status, "INVALID", "The request cannot be understood."),
    };

    private static string TitleOf(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
