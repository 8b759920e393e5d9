using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

/// <summary>The front door: leads on to the workspace that the user was in last, or to the own one.</summary>
public sealed partial class RootPage(CurrentWorkspace current, NavigationManager navigation)
{
    private string? _failure;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await GoAsync();
            StateHasChanged();
        }
    }

    private async Task GoAsync()
    {
        _failure = null;
        try
        {
            navigation.NavigateTo(HubRoutes.Home((await current.GetAsync()).Slug), replace: true);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }
}
