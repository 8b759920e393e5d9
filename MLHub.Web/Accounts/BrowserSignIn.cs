using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>
/// The one way to a cookie. Whoever proved who they are, by a password or at another provider, comes through here: it asks for the
/// second factor of those who have one, opens a session that can be seen and ended, and only then signs the browser in.
/// </summary>
public sealed class BrowserSignIn(SessionService sessions, TwoFactorService twoFactor, SignInManager<HubUser> signIn)
{
    /// <summary>The page that asks for the second factor.</summary>
    public const string TwoFactorPath = "/account/two-factor";

    /// <param name="http">The request of the browser.</param>
    /// <param name="userId">Whose first factor was just checked.</param>
    /// <param name="returnUrl">Where they wanted to go; not trusted.</param>
    /// <returns>The address to send the browser to: a page of this server.</returns>
    public async Task<string> EnterAsync(HttpContext http, Guid userId, string? returnUrl)
    {
        var back = LocalAddress.Or(returnUrl);
        if (!await twoFactor.IsOnAsync(userId, http.RequestAborted))
        {
            await OpenAsync(http, userId);
            return back;
        }

        var half = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, userId.ToString("N"))], IdentityConstants.TwoFactorUserIdScheme);
        await http.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new(half));
        return back == "/" ? TwoFactorPath : $"{TwoFactorPath}?returnUrl={Uri.EscapeDataString(back)}";
    }

    /// <summary>Who has shown the first factor in this browser within the last minutes, and not yet the second.</summary>
    public static async Task<Guid?> HalfSignedInAsync(HttpContext http) =>
        await http.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme) is { Succeeded: true, Principal: var half }
        && Guid.TryParse(half.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
            ? userId
            : null;

    /// <summary>The second factor of somebody who is half signed in.</summary>
    /// <returns>The address to send the browser to.</returns>
    /// <exception cref="HubException">The code is wrong, or it took too long.</exception>
    public async Task<string> EnterWithCodeAsync(HttpContext http, string? code, string? returnUrl)
    {
        if (await HalfSignedInAsync(http) is not { } userId)
        {
            throw new HubException(Refusal.Unauthenticated, "This took too long. Sign in again.", "SIGN_IN_AGAIN");
        }

        await twoFactor.RequireCodeAsync(userId, code, http.AddressOf(), http.RequestAborted);
        await http.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        await OpenAsync(http, userId);
        return LocalAddress.Or(returnUrl);
    }

    /// <summary>Ends the session of the cookie and drops it.</summary>
    public async Task LeaveAsync(HttpContext http)
    {
        if (Caller.ActorOf(http.User) is { Kind: ActorKind.Browser, CredentialId: not null } actor)
        {
            await sessions.CloseAsync(actor, http.RequestAborted);
        }

        await http.SignOutOfBrowserAsync();
    }

    /// <summary>
    /// Asked at each request: a cookie whose session ended, or from before a password change, is refused at once on this server
    /// (within 30 s on others), and a changed name or office reaches the cookie without a new sign-in.
    /// </summary>
    internal static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var cookie = context.Principal!;
        var states = services.GetRequiredService<UserStates>();
        var cancelled = context.HttpContext.RequestAborted;
        var stamps = services.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity.SecurityStampClaimType;
        if (Caller.ActorOf(cookie) is not { CredentialId: { } sessionId } actor
            || await states.FindAsync(actor.UserId, cancelled) is not { } user
            || user.StampHash != UserStates.HashOf(cookie.FindFirstValue(stamps))
            || !await states.IsSessionAliveAsync(sessionId, cancelled))
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
                var renewed = await signIn.CreateUserPrincipalAsync(row);
                renewed.Identities.First().AddClaim(SessionClaim(sessionId));
                context.ReplacePrincipal(renewed);
                context.ShouldRenew = true;
            }
        }
    }

    // A new session each time: whoever knew the cookie from before gains nothing by the sign-in.
    private async Task OpenAsync(HttpContext http, Guid userId)
    {
        if (Caller.ActorOf(http.User) is { Kind: ActorKind.Browser, CredentialId: not null } before)
        {
            await sessions.CloseAsync(before, http.RequestAborted);
        }

        var user = await signIn.UserManager.FindByIdAsync(userId.ToString()) ?? throw new InvalidOperationException("The account vanished while it signed in.");
        var sessionId = await sessions.OpenBrowserAsync(userId, http.OriginOf(), http.RequestAborted);
        await signIn.SignInWithClaimsAsync(user, isPersistent: false, [SessionClaim(sessionId)]);
    }

    private static Claim SessionClaim(Guid sessionId) => new(Caller.Claims.Credential, sessionId.ToString("N"));
}

internal static class BrowserSignOut
{
    /// <summary>Drops the cookie. <c>SignInManager.SignOutAsync</c> would also want the scheme for external sign-in.</summary>
    public static Task SignOutOfBrowserAsync(this HttpContext http) => http.SignOutAsync(IdentityConstants.ApplicationScheme);
}
