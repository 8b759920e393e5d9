namespace MLHub.Web.Api;

internal static class ApiPaths
{
    public const string Prefix = "/api/v1";

    /// <summary>Where Prometheus asks for figures of the server.</summary>
    public const string Metrics = "/metrics";

    /// <summary>Routes for workers alone.</summary>
    public const string Worker = Prefix + "/worker";

    /// <summary>Whether a program calls, and not a browser: no cookies, no redirects, no pages.</summary>
    public static bool IsApi(this HttpContext http) => http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments(Metrics);
}
