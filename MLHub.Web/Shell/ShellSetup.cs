using MLHub.Web.Api;
using MudBlazor;
using MudBlazor.Services;

namespace MLHub.Web.Shell;

public static class ShellSetup
{
    /// <summary>Pages, their shared parts and MudBlazor.</summary>
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomLeft;
            mud.SnackbarConfiguration.VisibleStateDuration = 5000;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 160;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
        });
        services.AddScoped<Shortcuts>();
        services.AddScoped<CurrentWorkspace>();
        services.AddScoped<ShellSearch>();
        return services;
    }

    /// <summary>
    /// Unknown addresses and failures outside of a circuit are answered by pages, with their status. First in the pipeline:
    /// what REST answers has a body already and is left alone.
    /// </summary>
    public static void UseShell(this WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
    }

    /// <summary>Static files and pages. Every page asks for a signed-in user unless it says otherwise.</summary>
    public static void MapShell(this WebApplication app)
    {
        app.MapStaticAssets().IsPublic("Scripts, styles and fonts: the same for everybody.");
        // The whole policy, with its frame-ancestors, is written for every answer alike.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(circuits => circuits.ContentSecurityFrameAncestorsPolicy = null);
    }
}
