using Microsoft.AspNetCore.Authentication.Cookies;

namespace MLHub.Web.Accounts;

/// <summary>
/// Over https the cookie's name begins with <c>__Host-</c>, which browsers accept only from this very host and only with
/// <c>Secure</c>. Over plain http (a laptop) they would refuse that name, so it has none.
/// </summary>
internal sealed class HubCookieManager : ICookieManager
{
    private readonly ChunkingCookieManager _inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => _inner.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) => _inner.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _inner.DeleteCookie(context, Name(context, key), options);

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? $"__Host-{key}" : key;
}
