using Microsoft.AspNetCore.Authentication.Cookies;

namespace MLHub.Web.Accounts;

/// <summary>What all cookies that say who somebody is have in common: no script reads them and no foreign page's form brings them along.</summary>
internal static class HubCookie
{
    public static void Configure(CookieAuthenticationOptions cookie, string name, TimeSpan lasts)
    {
        cookie.Cookie.Name = name;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.CookieManager = new HubCookieManager();
        cookie.ExpireTimeSpan = lasts;
        cookie.SlidingExpiration = false;
    }
}
