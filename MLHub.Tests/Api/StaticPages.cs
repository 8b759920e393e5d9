using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Routing;
using MLHub.Web.Accounts;

namespace MLHub.Tests.Api;

/// <summary>The barest document around a page, to try pages that need no circuit.</summary>
public sealed class StaticPages : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "html");
        builder.OpenElement(1, "body");
        builder.OpenComponent<Router>(2);
        builder.AddAttribute(3, nameof(Router.AppAssembly), typeof(AccountForms).Assembly);
        builder.AddAttribute(4, nameof(Router.Found), (RenderFragment<Microsoft.AspNetCore.Components.RouteData>)(route => page =>
        {
            page.OpenComponent<RouteView>(0);
            page.AddAttribute(1, nameof(RouteView.RouteData), route);
            page.CloseComponent();
        }));
        builder.CloseComponent();
        builder.CloseElement();
        builder.CloseElement();
    }
}
