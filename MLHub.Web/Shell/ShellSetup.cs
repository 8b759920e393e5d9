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
        services.AddCascadingAuthenticationState();
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

    /// <summary>Static files and pages. Every page asks for a signed-in user unless it says otherwise.</summary>
    public static void MapShell(this WebApplication app)
    {
        // An address that nobody knows is answered by a page too, with its status.
        app.UseWhen(http => !http.IsApi(), pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.MapStaticAssets().IsPublic("Scripts, styles and fonts: the same for everybody.");
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
