using Microsoft.JSInterop;

namespace MLHub.Web.Shell;

/// <summary>Light, dark, or what the system says. The choice is a cookie, so the server's first paint already knows it.</summary>
public sealed partial class ThemeMenu(IJSRuntime scripts)
{
    private async Task ChooseAsync(string theme) => await scripts.InvokeVoidAsync("hubTheme.choose", theme);
}
