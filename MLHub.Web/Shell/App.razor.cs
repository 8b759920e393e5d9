using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace MLHub.Web.Shell;

/// <summary>The document. Pages are interactive, except those that set cookies (<c>[ExcludeFromInteractiveRouting]</c>).</summary>
public sealed partial class App
{
    private string? _theme;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    private IComponentRenderMode? PageRenderMode => HttpContext.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;

    // Without a choice the attribute stays away; theme.js asks the system before the first paint.
    protected override void OnInitialized() =>
        _theme = HttpContext.Request.Cookies["mlhub-theme"] is "dark" or "light" ? HttpContext.Request.Cookies["mlhub-theme"] : null;
}
