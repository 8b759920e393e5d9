using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>Turns what was thrown in an API call into a problem document. Pages have an error page of their own.</summary>
internal sealed partial class HubExceptionHandler(ILogger<HubExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.IsApi())
        {
            return false;
        }

        switch (exception)
        {
            case HubException refused:
                await ApiProblem.WriteAsync(httpContext, refused);
                break;
            case BadHttpRequestException bad:
                await WriteBadRequestAsync(httpContext, bad);
                break;
            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                break;
            default:
                Log.Failed(logger, exception, httpContext.Request.Method, httpContext.Request.Path);
                await ApiProblem.WriteAsync(httpContext, StatusCodes.Status500InternalServerError);
                break;
        }

        return true;
    }

    private static Task WriteBadRequestAsync(HttpContext http, BadHttpRequestException bad)
    {
        if (bad.StatusCode != StatusCodes.Status400BadRequest)
        {
            return ApiProblem.WriteAsync(http, bad.StatusCode);
        }

        return bad.InnerException switch
        {
            JsonException json when UnknownMember(json) is { } member => ApiProblem.WriteAsync(
                http, 400, "UNKNOWN_FIELD", $"There is no field \"{member}\" here. /docs shows the fields.", new Dictionary<string, string[]> { [member] = ["Unknown field."] }),
            JsonException json => ApiProblem.WriteAsync(http, 400, "BAD_JSON", $"The body is not the JSON that was expected, at {json.Path ?? "$"} (line {(json.LineNumber ?? 0) + 1}). /docs shows an example."),
            HubException refused => ApiProblem.WriteAsync(http, refused),
            _ => ApiProblem.WriteAsync(http, 400, "INVALID", bad.Message),
        };
    }

    /// <summary>System.Text.Json says it only in words: "The JSON property 'x' could not be mapped …". A test watches the wording.</summary>
    private static string? UnknownMember(JsonException json) =>
        json.Message.Contains("could not be mapped", StringComparison.Ordinal) && json.Message.Split('\'') is [_, var member, ..] ? member : null;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);
    }
}
