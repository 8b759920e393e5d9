using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

internal static class BrowserSignIn
{
    /// <summary>Sets the cookie for somebody whose password was just checked.</summary>
    public static async Task SignInByIdAsync(this SignInManager<HubUser> signIn, Guid userId)
    {
        var user = await signIn.UserManager.FindByIdAsync(userId.ToString()) ?? throw new InvalidOperationException("The account vanished while it signed in.");
        await signIn.SignInAsync(user, isPersistent: false);
    }

    /// <summary>
    /// Asked at each request: a cookie from before a password change is refused at once on this server (within 30 s on others),
    /// and a changed name or office reaches the cookie without a new sign-in.
    /// </summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var cookie = context.Principal!;
        var stamps = services.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity.SecurityStampClaimType;
        if (Caller.ActorOf(cookie) is not { } actor
            || await services.GetRequiredService<UserStates>().FindAsync(actor.UserId, context.HttpContext.RequestAborted) is not { } user
            || user.StampHash != UserStates.HashOf(cookie.FindFirstValue(stamps)))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutOfBrowserAsync();
            return;
        }

        if (user.DisplayName != actor.Name || user.IsAdministrator != actor.IsAdministrator)
        {
            var signIn = services.GetRequiredService<SignInManager<HubUser>>();
            if (await signIn.UserManager.FindByIdAsync(actor.UserId.ToString()) is { } row)
            {
                context.ReplacePrincipal(await signIn.CreateUserPrincipalAsync(row));
                context.ShouldRenew = true;
            }
        }
    }

    /// <summary>Drops the cookie. <c>SignInManager.SignOutAsync</c> would also want the schemes for external and two-factor sign-in.</summary>
    public static Task SignOutOfBrowserAsync(this HttpContext http) => http.SignOutAsync(IdentityConstants.ApplicationScheme);
}
