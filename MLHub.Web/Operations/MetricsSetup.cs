using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Operations;
using MLHub.Web.Api;
using OpenTelemetry.Metrics;

namespace MLHub.Web.Operations;

/// <summary>Figures for Prometheus: what ASP.NET Core, Blazor, the runtime and the database driver count, and what MLHub does.</summary>
public static class MetricsSetup
{
    private static readonly string[] Meters =
    [
        HubMeter.Name,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections",
        "Microsoft.AspNetCore.Components.Server.Circuits",
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.RateLimiting",
        "System.Runtime",
        "Npgsql",
    ];

    public static IServiceCollection AddMetrics(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection(MetricsOptions.Section)).ValidateDataAnnotations()
            .Validate(o => o.IsValid(), "MLHub:Metrics:Url must be an address such as http://127.0.0.1:9464, without a path.")
            .ValidateOnStart();
        // Nothing is kept while nobody asks, and answers are as fresh as the question.
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        return services;
    }

    /// <summary>First in the pipeline: what comes in at the address of the metrics gets nothing else.</summary>
    public static void UseMetrics(this WebApplication app)
    {
        app.UseWhen(http => http.Request.Path == ApiPaths.Metrics, metrics => metrics.Use(async (http, next) =>
        {
            if (IsOwnAddress(http))
            {
                await RefreshAsync(http);
            }

            await next(http);
        }));
        app.UseOpenTelemetryPrometheusScrapingEndpoint(http => http.Request.Path == ApiPaths.Metrics && IsOwnAddress(http));
        app.Use((http, next) =>
        {
            if (!IsOwnAddress(http))
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>At the address of everything else an administrator's token is asked for: figures tell how busy whom the server is.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        var branch = ((IEndpointRouteBuilder)app).CreateApplicationBuilder();
        branch.Use(async (http, next) =>
        {
            await RefreshAsync(http);
            await next(http);
        });
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(_ => true);
        app.MapGet(ApiPaths.Metrics, branch.Build()).WithDisplayName("Metrics").NeedsSignIn().ExcludeFromDescription()
            .RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser()
                .RequireAssertion(a => Caller.ActorOf(a.User) is { IsAdministrator: true, OnlyWorkspaceId: null }).Build());
    }

    /// <summary>Listens at the address of the metrics besides the others.</summary>
    public static void ListenForMetrics(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value is not { Url: { Length: > 0 } url })
        {
            return;
        }

        // Addresses given here replace the configured ones, so those are said again.
        if (app.Urls.Count == 0)
        {
            foreach (var configured in (app.Configuration[WebHostDefaults.ServerUrlsKey] ?? "http://localhost:5080").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                app.Urls.Add(configured);
            }
        }

        app.Urls.Add(url);
    }

    private static Task RefreshAsync(HttpContext http) => http.RequestServices.GetRequiredService<HubGauges>().RefreshAsync(http.RequestAborted);

    private static bool IsOwnAddress(HttpContext http) => http.RequestServices.GetRequiredService<IOptions<MetricsOptions>>().Value.Port == http.Connection.LocalPort;
}
