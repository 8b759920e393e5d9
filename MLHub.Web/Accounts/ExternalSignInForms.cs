using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>
/// The way to another service and back. Signing in begins with a link, which is harmless: it ends with whoever the service says is there. Linking begins
/// with the password, and only for the one who gave it.
/// </summary>
internal static class ExternalSignInForms
{
    private const string ReturnUrl = "mlhub.return";
    private const string LinkFor = "mlhub.link";
    private const string Provider = "mlhub.provider";
    private const string Done = "/account/external-done";

    public static void MapExternalSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/account/external/{provider}", Begin).IsPublic("It is how one signs in.").ExcludeFromDescription();
        app.MapGet("/account/external/{provider}/link", BeginLink).NeedsSignIn().ExcludeFromDescription();
        app.MapGet(Done, EndAsync).IsPublic("Nobody is signed in yet; what the service said is in a cookie of five minutes.").ExcludeFromDescription();
    }

    /// <summary>Where somebody began: the account page after linking, otherwise the sign-in page. The word is looked up there.</summary>
    public static string AddressOf(string word, AuthenticationProperties? properties) =>
        properties?.Items.ContainsKey(LinkFor) == true
            ? $"/account?link={word}"
            : $"/account/login?external={word}{(LocalAddress.Or(properties?.Items.TryGetValue(ReturnUrl, out var back) == true ? back : null) is var to && to == "/" ? "" : $"&returnUrl={Uri.EscapeDataString(to)}")}";

    private static Results<ChallengeHttpResult, NotFound> Begin(string provider, string? returnUrl, ExternalProviders providers)
    {
        if (providers.Find(provider) is not { } known)
        {
            return TypedResults.NotFound();
        }

        var properties = PropertiesFor(known);
        properties.Items[ReturnUrl] = LocalAddress.Or(returnUrl);
        return TypedResults.Challenge(properties, [known.Scheme]);
    }

    private static Results<ChallengeHttpResult, NotFound, RedirectHttpResult> BeginLink(string provider, string? ticket, HttpContext http, ExternalProviders providers, LinkTickets tickets)
    {
        if (providers.Find(provider) is not { } known || Caller.ActorOf(http.User) is not { } actor)
        {
            return TypedResults.NotFound();
        }

        if (!tickets.IsFor(ticket, actor, known))
        {
            return TypedResults.LocalRedirect("/account?link=stale");
        }

        var properties = PropertiesFor(known);
        properties.Items[LinkFor] = actor.UserId.ToString("N");
        return TypedResults.Challenge(properties, [known.Scheme]);
    }

    private static async Task<RedirectHttpResult> EndAsync(
        HttpContext http, ExternalProviders providers, ExternalSignInService external, SessionService sessions, BrowserSignIn browser, CancellationToken cancellationToken)
    {
        var came = await http.AuthenticateAsync(IdentityConstants.ExternalScheme);
        await http.SignOutAsync(IdentityConstants.ExternalScheme);
        if (!came.Succeeded || providers.Find(came.Properties.Items.TryGetValue(Provider, out var scheme) ? scheme : null) is not { } provider || IdentityOf(came.Principal, provider) is not { } identity)
        {
            return TypedResults.LocalRedirect(AddressOf("failed", came.Properties));
        }

        try
        {
            return came.Properties.Items.TryGetValue(LinkFor, out var owner)
                ? await LinkAsync(http, owner, identity, external, browser, cancellationToken)
                : await SignInAsync(http, came.Properties, identity, external, sessions, browser, cancellationToken);
        }
        catch (HubException refused)
        {
            return TypedResults.LocalRedirect(AddressOf(ExternalWords.WordOf(refused), came.Properties));
        }
    }

    private static async Task<RedirectHttpResult> SignInAsync(
        HttpContext http, AuthenticationProperties properties, ExternalIdentity identity, ExternalSignInService external, SessionService sessions, BrowserSignIn browser, CancellationToken cancellationToken)
    {
        var userId = await external.SignInAsync(identity, cancellationToken);
        await sessions.RequireConfirmedAsync(userId, cancellationToken);
        return TypedResults.LocalRedirect(await browser.EnterAsync(http, userId, properties.Items.TryGetValue(ReturnUrl, out var back) ? back : null));
    }

    private static async Task<RedirectHttpResult> LinkAsync(
        HttpContext http, string? owner, ExternalIdentity identity, ExternalSignInService external, BrowserSignIn browser, CancellationToken cancellationToken)
    {
        // Somebody else may sit here now, or nobody.
        if (Caller.ActorOf(http.User) is not { } actor || actor.UserId.ToString("N") != owner)
        {
            return TypedResults.LocalRedirect("/account?link=stale");
        }

        await external.LinkAsync(actor, identity, cancellationToken);
        // Linking ended every sign-in, this one too.
        return TypedResults.LocalRedirect(await browser.EnterAsync(http, actor.UserId, "/account?link=done"));
    }

    private static AuthenticationProperties PropertiesFor(ExternalProvider provider)
    {
        var properties = new AuthenticationProperties { RedirectUri = Done };
        properties.Items[Provider] = provider.Scheme;
        return properties;
    }

    private static ExternalIdentity? IdentityOf(ClaimsPrincipal principal, ExternalProvider provider) =>
        (principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? principal.FindFirstValue("sub")) is { Length: > 0 and <= 200 } subject
            ? new(
                provider.Key,
                subject,
                principal.FindFirstValue(ClaimTypes.Email) ?? principal.FindFirstValue("email"),
                string.Equals(principal.FindFirstValue(ExternalSignInSetup.EmailVerified), "true", StringComparison.OrdinalIgnoreCase),
                principal.FindFirstValue(ClaimTypes.Name) ?? principal.FindFirstValue("name"))
            : null;
}
