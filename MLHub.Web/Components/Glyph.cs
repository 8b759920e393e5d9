using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace MLHub.Web.Components;

/// <summary>An icon of <see cref="HubIcons"/> that only decorates; screen readers pass over it.</summary>
public sealed class Glyph : ComponentBase
{
    [Parameter, EditorRequired]
    public string Of { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddMarkupContent(0, $"<svg class=\"hub-icon\" viewBox=\"0 0 24 24\" fill=\"currentColor\" aria-hidden=\"true\" focusable=\"false\">{Of}</svg>");
    }
}
