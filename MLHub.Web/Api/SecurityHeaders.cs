using System.Security.Cryptography;

namespace MLHub.Web.Api;

/// <summary>What every answer tells the browser about itself.</summary>
internal static class SecurityHeaders
{
    private const string NonceKey = "MLHub:CspNonce";

    /// <summary>For an inline script of ours, such as the import map. Allows that script in this answer and no other.</summary>
    public static string CspNonce(this HttpContext http)
    {
        if (http.Items[NonceKey] is not string nonce)
        {
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
            http.Items[NonceKey] = nonce;
        }

        return nonce;
    }

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(Write, http);
        return next(http);
    });

    private static Task Write(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        Default("Content-Security-Policy", ContentPolicy(http));
        Default("X-Content-Type-Options", "nosniff");
        Default("X-Frame-Options", "DENY");
        Default("Referrer-Policy", "strict-origin-when-cross-origin");
        Default("Cross-Origin-Opener-Policy", "same-origin");
        Default("Cross-Origin-Resource-Policy", "same-origin");
        Default("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)");
        if (http.Request.IsHttps)
        {
            Default("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }

        if (http.IsApi() || http.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
        {
            Default("Cache-Control", "no-store");
        }

        return Task.CompletedTask;

        void Default(string name, string value)
        {
            if (!headers.ContainsKey(name))
            {
                headers[name] = value;
            }
        }
    }

    // MudBlazor writes style attributes, so styles are allowed inline; scripts are not.
    private static string ContentPolicy(HttpContext http)
    {
        var nonce = http.Items[NonceKey] is string known ? $" 'nonce-{known}'" : "";
        return $"default-src 'none'; script-src 'self'{nonce}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
            "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'; object-src 'none'; worker-src 'self'; manifest-src 'self'";
    }
}
