using MudBlazor;
using MudBlazor.Services;

namespace MLHub.Web.Shell;

public static class ShellSetup
{
    /// <summary>Pages, their parts and MudBlazor. <see cref="ShellSources"/> is registered by whoever knows the features.</summary>
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomLeft;
            mud.SnackbarConfiguration.VisibleStateDuration = 5000;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 160;
            mud.SnackbarConfiguration.SnackbarVariant = Variant.Filled;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
        });
        services.AddScoped<Shortcuts>();
        services.AddSingleton<Charts.ChartCache>();
        return services;
    }
}
