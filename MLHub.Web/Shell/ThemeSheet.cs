using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace MLHub.Web.Shell;

/// <summary>The colours of both themes, in the head of each document.</summary>
public sealed class ThemeSheet : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddMarkupContent(0, $"<style>{HubTheme.Sheet}</style>");
    }
}
