using MLHub.Core;

namespace MLHub.Web;

internal static class HubSetup
{
    public static WebApplicationBuilder AddHub(this WebApplicationBuilder builder)
    {
        builder.Services.AddCore(builder.Configuration);
        return builder;
    }

    public static void UseHub(this WebApplication app) => app.MapGet("/", () => "x");
}
