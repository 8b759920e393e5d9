using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Core.Mail;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>How callers prove who they are: browsers by a cookie, programs by a token, never the other way round.</summary>
public static class SignInSetup
{
    internal const string Chooser = "MLHub";

    /// <summary>Call it after <c>AddRazorComponents</c>: it replaces Blazor's provider of the signed-in user.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHttpContextAccessor();
        services.AddAuthentication(Chooser)
            .AddPolicyScheme(Chooser, null, chooser => chooser.ForwardDefaultSelector = SchemeFor)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthenticationHandler>(TokenAuthenticationHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, WorkerAuthenticationHandler>(WorkerAuthenticationHandler.SchemeName, null)
            .AddJwtBearer()
            .AddCookie(IdentityConstants.ApplicationScheme, ConfigureCookie)
            // Between the two factors: says whose password was right, and nothing else listens to it.
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, cookie => HubCookie.Configure(cookie, "mlhub-half", TimeSpan.FromMinutes(5)))
            .AddExternalSignIn(configuration);
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<AccessTokens>((bearer, tokens) => tokens.Configure(bearer));
        // Identity has added its own by now, which would name people by their address and forget who is administrator.
        services.Replace(ServiceDescriptor.Scoped<IUserClaimsPrincipalFactory<HubUser>, HubClaimsFactory>());
        services.TryAddScoped<IUserConfirmation<HubUser>, DefaultUserConfirmation<HubUser>>();
        services.TryAddScoped<SignInManager<HubUser>>();

        // No endpoint is open by forgetting: what is public says so.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(Chooser).RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.Replace(ServiceDescriptor.Scoped<AuthenticationStateProvider, HubAuthenticationStateProvider>());
        services.AddScoped<CurrentActor>();
        services.AddScoped<BrowserSignIn>();
        services.AddSingleton<SigningKey>();
        services.AddSingleton<AccessTokens>();
        services.AddHostedService<SetupAnnouncement>();
        services.AddMailSender();
        AddKeys(services);
        return services;
    }

    private static void AddKeys(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("mlhub");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<HubOptions>, ILoggerFactory>((keys, hub, logger) =>
            keys.XmlRepository = new FileSystemXmlRepository(Directory.CreateDirectory(hub.Value.PathOf("keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), logger));
    }

    /// <summary>Under <c>/api</c> only tokens count, so a foreign page cannot use a browser's cookie there; pages know only the cookie.</summary>
    private static string SchemeFor(HttpContext http)
    {
        if (!http.IsApi())
        {
            return IdentityConstants.ApplicationScheme;
        }

        if (http.Request.Path.StartsWithSegments(ApiPaths.Worker))
        {
            return WorkerAuthenticationHandler.SchemeName;
        }

        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && !header.AsSpan(7).TrimStart().StartsWith("mlh_pat_", StringComparison.Ordinal)
            ? JwtBearerDefaults.AuthenticationScheme
            : TokenAuthenticationHandler.SchemeName;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        HubCookie.Configure(cookie, "mlhub", TimeSpan.FromHours(8));
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/account/login";
        cookie.AccessDeniedPath = "/account/login";
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.Events.OnValidatePrincipal = BrowserSignIn.ValidateAsync;
    }
}
