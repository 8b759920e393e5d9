using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Components;

/// <summary>Top of a page: what it is, a line about it, what can be done. Sets the title of the browser's tab, too.</summary>
public sealed partial class PageHeader
{
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>Only decorates; pages are told apart by their words.</summary>
    [Parameter]
    public string? Icon { get; set; }

    /// <summary>Title of the tab when it tells more than the heading, e.g. the state of a run.</summary>
    [Parameter]
    public string? BrowserTitle { get; set; }

    /// <summary>Beside the heading: a state, a version.</summary>
    [Parameter]
    public RenderFragment? Badge { get; set; }

    [Parameter]
    public RenderFragment? Subline { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }
}
