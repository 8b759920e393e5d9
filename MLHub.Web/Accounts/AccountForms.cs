using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>Forms of pages that are not pages themselves.</summary>
public static class AccountForms
{
    /// <summary>Signing out by a posted form with the antiforgery token of the page, so that no link and no other site can do it.</summary>
    public static IEndpointRouteBuilder MapAccountForms(this IEndpointRouteBuilder app)
    {
        app.MapPost("/account/logout", SignOutAsync).IsPublic("Signing out twice is no error.").ExcludeFromDescription();
        app.MapExternalSignIn();
        return app;
    }

    // The form parameter is what makes the framework check the antiforgery token.
    private static async Task<RedirectHttpResult> SignOutAsync(HttpContext http, BrowserSignIn browser, [FromForm] string? returnUrl)
    {
        await browser.LeaveAsync(http);
        return TypedResults.LocalRedirect(LocalAddress.Or(returnUrl, "/account/login"));
    }
}
