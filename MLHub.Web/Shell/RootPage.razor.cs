using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Accounts;

namespace MLHub.Web.Shell;

/// <summary>Leads to the workspace that was used last, or to the user's own; to where one is made when there is none.</summary>
public sealed partial class RootPage(NavigationManager navigation, WorkspaceService workspaces, CurrentActor actors)
{
    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        var actor = await actors.GetAsync();
        var slug = await LastUsedAsync(actor) ?? (await workspaces.ListAsync(actor, new(1), HttpContext.RequestAborted)).Items.FirstOrDefault()?.Slug;
        navigation.NavigateTo(slug is null ? HubRoutes.NewWorkspace : HubRoutes.Home(slug));
    }

    private async Task<string?> LastUsedAsync(Actor actor)
    {
        if (HttpContext.Request.Cookies["mlhub-workspace"] is not { Length: > 0 } last)
        {
            return null;
        }

        try
        {
            return (await workspaces.GetBySlugAsync(actor, last, HttpContext.RequestAborted)).Slug;
        }
        catch (HubException)
        {
            // Deleted, renamed, left, or somebody else's browser: the own workspace will do.
            return null;
        }
    }
}
