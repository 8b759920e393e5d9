using System.Net;
using MLHub.Core.Accounts;

namespace MLHub.Web.Accounts;

/// <summary>Whether a request comes from somebody at the server itself, who may take it into service without a code.</summary>
internal static class LocalRequest
{
    /// <remarks>
    /// A proxy on the same machine makes every visitor look local, so a forwarded request is never. A foreign page that got a
    /// name of its own to point at this machine (DNS rebinding) shows in the host.
    /// </remarks>
    public static bool IsFromThisMachine(this HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && http.Request.Host.Host is ("localhost" or "127.0.0.1" or "[::1]" or "::1")
        && !http.Request.Headers.ContainsKey("Forwarded")
        && !http.Request.Headers.Keys.Any(IsOfProxy);

    // "Original" is what is left of the headers of a trusted proxy once they were heeded.
    private static bool IsOfProxy(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);

    public static string? AddressOf(this HttpContext http) => http.Connection.RemoteIpAddress?.ToString();

    public static SessionOrigin OriginOf(this HttpContext http) => new(http.Request.Headers.UserAgent.ToString(), http.AddressOf());
}
