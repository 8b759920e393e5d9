using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace MLHub.Web.Api;

/// <summary>Takes the address of the visitor and the scheme from the proxy in front, and from nobody else.</summary>
internal static class TrustedProxies
{
    public static IServiceCollection AddTrustedProxies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection(ProxyOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }

    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app)
    {
        var trusted = app.ApplicationServices.GetRequiredService<IOptions<ProxyOptions>>().Value.Trusted;
        if (trusted.Count == 0)
        {
            return app;
        }

        // A row of proxies is followed as far as each of them is trusted. The host is not taken over: a proxy passes it on as it is.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trusted)
        {
            options.KnownIPNetworks.Add(network!.Value);
        }

        return app.UseForwardedHeaders(options);
    }
}
