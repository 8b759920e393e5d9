using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MLHub.Core.Common;
using Scalar.AspNetCore;

namespace MLHub.Web.Api;

/// <summary>What all of REST has in common: JSON, refusals, limits, headers, description.</summary>
public static class HubApiSetup
{
    // Uploads raise this for themselves.
    private const long MaxBodyBytes = 16 << 20;

    public static IServiceCollection AddHubApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            HubJson.Apply(json.SerializerOptions);
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.MaxDepth = 32;
        });
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        services.AddExceptionHandler<HubExceptionHandler>();
        services.AddTrustedProxies(configuration);
        services.AddRateLimits(configuration);
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "mlhub-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The security headers say it, and more strictly.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddOpenApi("v1", OpenApiDescription.Configure);
        return services;
    }

    /// <summary>
    /// Everything between the server and an endpoint, in order: headers, refusals, who calls, how often, may they at all,
    /// is the form ours, was this done before. Pages go through it too.
    /// </summary>
    public static WebApplication UseHubApi(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseWhen(http => http.IsApi(), api =>
        {
            api.UseExceptionHandler(_ => { });
            api.UseStatusCodePages(page => ApiProblem.WriteAsync(page.HttpContext, page.HttpContext.Response.StatusCode));
        });
        app.UseSameOriginCircuits();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseMiddleware<IdempotencyMiddleware>();
        return app;
    }

    /// <summary>The group that every feature maps its routes in, with the description of all of them.</summary>
    public static RouteGroupBuilder MapHubApi(this WebApplication app)
    {
        const string reason = "Describes the API; holds nobody's data.";
        var description = app.MapGroup("").IsPublic(reason);
        description.MapOpenApi();
        description.MapScalarApiReference("/docs", (scalar, http) =>
        {
            scalar.Title = "MLHub API";
            scalar.OpenApiRoutePattern = "/openapi/v1.json";
            scalar.Nonce = http.CspNonce();
            scalar.DefaultFonts = false;
            scalar.Telemetry = false;
            // Services of the maker, on other hosts.
            scalar.HideDeveloperTools().DisableAgent().DisableMcp();
            scalar.HideClientButton = true;
        });
        // No cookie is ever looked at here, so no form of another site can act for a user.
        return app.MapGroup(ApiPaths.Prefix).RequireAuthorization().DisableAntiforgery();
    }
}
