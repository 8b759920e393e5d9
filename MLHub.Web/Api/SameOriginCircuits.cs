using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Web.Api;

/// <summary>
/// Circuits are opened by our own pages alone. A browser sends its cookies with a web socket to whatever page asks for one, and
/// SignalR does not look who did: another site could open a circuit in the user's name.
/// </summary>
internal static class SameOriginCircuits
{
    private const string Path = "/_blazor";

    public static IApplicationBuilder UseSameOriginCircuits(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<IOptions<HubOptions>>().Value.PublicBaseUrl;
        var publicHost = settings.Length > 0 ? Authority(new Uri(settings)) : null;
        return app.Use((http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments(Path) || IsOurs(http.Request, publicHost))
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }

    /// <remarks>
    /// A proxy that ends TLS leaves us with plain http and, often, with a host of its own: the host is what has to fit, that of the
    /// request or that of <c>MLHub:PublicBaseUrl</c>. Who sends no origin is no browser, or asks for a file of the same site.
    /// </remarks>
    internal static bool IsOurs(HttpRequest request, string? publicHost)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
        {
            return false;
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return true;
        }

        // "null" is what a sandboxed frame or a file says.
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && from.Scheme is "http" or "https"
            && Authority(from) is var host
            && (string.Equals(host, publicHost, StringComparison.OrdinalIgnoreCase) || string.Equals(host, WithoutDefaultPort(request.Host, from.Scheme), StringComparison.OrdinalIgnoreCase));
    }

    private static string Authority(Uri address) => address.IsDefaultPort ? address.Host : $"{address.Host}:{address.Port}";

    private static string WithoutDefaultPort(HostString host, string scheme) => host.Port == (scheme == "https" ? 443 : 80) ? host.Host : host.Value ?? "";
}
