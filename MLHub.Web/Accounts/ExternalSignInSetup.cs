using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace MLHub.Web.Accounts;

/// <summary>Google, GitHub and any OpenID provider, each only when the settings name a client.</summary>
internal static class ExternalSignInSetup
{
    /// <summary>Whether the service itself checked the address; absent means no.</summary>
    public const string EmailVerified = "email_verified";

    public static AuthenticationBuilder AddExternalSignIn(this AuthenticationBuilder authentication, IConfiguration configuration)
    {
        var section = configuration.GetSection(ExternalSignInOptions.Section);
        authentication.Services.AddOptions<ExternalSignInOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        authentication.Services.AddSingleton<ExternalProviders>();
        authentication.Services.AddSingleton<LinkTickets>();
        authentication.AddCookie(IdentityConstants.ExternalScheme, cookie => HubCookie.Configure(cookie, "mlhub-external", TimeSpan.FromMinutes(5)));
        var options = section.Get<ExternalSignInOptions>() ?? new();
        if (options.Google.IsConfigured)
        {
            authentication.AddGoogle(ExternalProviders.Google, google =>
            {
                Configure(google, options.Google);
                google.CallbackPath = "/signin-google";
                google.ClaimActions.MapJsonKey(EmailVerified, "email_verified", ClaimValueTypes.Boolean);
            });
        }

        if (options.GitHub.IsConfigured)
        {
            authentication.AddOAuth(ExternalProviders.GitHub, ExternalProviders.GitHub, github =>
            {
                github.AuthorizationEndpoint = "https://github.com/login/oauth/authorize";
                github.TokenEndpoint = "https://github.com/login/oauth/access_token";
                github.UserInformationEndpoint = "https://api.github.com/user";
                Configure(github, options.GitHub);
                github.CallbackPath = "/signin-github";
                github.UsePkce = true;
                github.Scope.Add("read:user");
                github.Scope.Add("user:email");
                github.ClaimActions.MapJsonKey(ClaimTypes.NameIdentifier, "id");
                github.ClaimActions.MapCustomJson(ClaimTypes.Name, user => user.GetString("name") is { Length: > 0 } name ? name : user.GetString("login"));
                github.Events.OnCreatingTicket = ReadGitHubAsync;
            });
        }

        if (options.Oidc.IsConfigured)
        {
            authentication.AddOpenIdConnect(ExternalProviders.Oidc, options.Oidc.Name, oidc =>
            {
                oidc.Authority = options.Oidc.Authority;
                oidc.RequireHttpsMetadata = oidc.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
                oidc.ClientId = options.Oidc.ClientId;
                oidc.ClientSecret = options.Oidc.ClientSecret;
                oidc.CallbackPath = "/signin-oidc";
                oidc.ResponseType = OpenIdConnectResponseType.Code;
                oidc.ResponseMode = OpenIdConnectResponseMode.Query;
                oidc.UsePkce = true;
                oidc.Scope.Add("email");
                oidc.MapInboundClaims = false;
                oidc.GetClaimsFromUserInfoEndpoint = true;
                oidc.ClaimActions.MapJsonKey(EmailVerified, "email_verified", ClaimValueTypes.Boolean);
                oidc.NonceCookie.SameSite = SameSiteMode.Lax;
                oidc.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                Guard(oidc);
                oidc.Events.OnAccessDenied = denied => Away(denied, "cancelled");
                oidc.Events.OnRemoteFailure = failed => Away(failed, "failed");
            });
        }

        return authentication;
    }

    private static void Configure(OAuthOptions oauth, OAuthClientOptions client)
    {
        oauth.ClientId = client.ClientId;
        oauth.ClientSecret = client.ClientSecret;
        oauth.AuthorizationEndpoint = Or(client.AuthorizationEndpoint, oauth.AuthorizationEndpoint);
        oauth.TokenEndpoint = Or(client.TokenEndpoint, oauth.TokenEndpoint);
        oauth.UserInformationEndpoint = Or(client.UserInformationEndpoint, oauth.UserInformationEndpoint);
        Guard(oauth);
        oauth.Events.OnAccessDenied = denied => Away(denied, "cancelled");
        oauth.Events.OnRemoteFailure = failed => Away(failed, "failed");
    }

    private static string Or(string given, string usual) => given.Length > 0 ? given : usual;

    private static void Guard(RemoteAuthenticationOptions remote)
    {
        remote.SignInScheme = IdentityConstants.ExternalScheme;
        // We ask once who somebody is and never act for them there.
        remote.SaveTokens = false;
        // The way back is an ordinary visit of a page.
        remote.CorrelationCookie.SameSite = SameSiteMode.Lax;
        remote.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        remote.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(10);
    }

    /// <summary>Back to where somebody began, with a word of ours and none of the service's.</summary>
    private static Task Away<T>(HandleRequestContext<T> away, string why) where T : RemoteAuthenticationOptions
    {
        var properties = away switch
        {
            RemoteFailureContext failed => failed.Properties,
            AccessDeniedContext denied => denied.Properties,
            _ => null,
        };
        away.Response.Redirect(ExternalSignInForms.AddressOf(why, properties));
        away.HandleResponse();
        return Task.CompletedTask;
    }

    /// <summary>GitHub tells a public address that nobody checked; the checked one has a call of its own.</summary>
    private static async Task ReadGitHubAsync(OAuthCreatingTicketContext ticket)
    {
        using var user = await GetAsync(ticket, ticket.Options.UserInformationEndpoint);
        ticket.RunClaimActions(user.RootElement);
        using var emails = await GetAsync(ticket, ticket.Options.UserInformationEndpoint + "/emails");
        var primary = emails.RootElement.EnumerateArray().FirstOrDefault(e => e.TryGetProperty("primary", out var isPrimary) && isPrimary.ValueKind == JsonValueKind.True);
        if (primary.ValueKind == JsonValueKind.Object && primary.GetString("email") is { Length: > 0 } email)
        {
            ticket.Identity!.AddClaim(new(ClaimTypes.Email, email));
            ticket.Identity.AddClaim(new(EmailVerified, primary.GetString("verified") ?? "false"));
        }
    }

    private static async Task<JsonDocument> GetAsync(OAuthCreatingTicketContext ticket, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ticket.AccessToken);
        request.Headers.Accept.ParseAdd("application/json");
        // GitHub answers nobody who does not say who they are.
        request.Headers.UserAgent.ParseAdd("MLHub");
        using var answer = await ticket.Backchannel.SendAsync(request, ticket.HttpContext.RequestAborted);
        answer.EnsureSuccessStatusCode();
        return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(ticket.HttpContext.RequestAborted), default, ticket.HttpContext.RequestAborted);
    }
}
