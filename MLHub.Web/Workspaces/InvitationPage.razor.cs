using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Workspaces;

/// <summary>Where a link leads: what it offers, and the button that accepts it.</summary>
public sealed partial class InvitationPage : HubPage
{
    private InvitationOffer? _offer;
    private string? _failure;
    private bool _isBusy;

    [Inject]
    private InvitationService Invitations { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public string Token { get; set; } = "";

    protected override Task OnParametersSetAsync() => RefreshAsync();

    protected override async Task RefreshAsync()
    {
        try
        {
            _offer = await Invitations.LookAsync(await ActorAsync(), Token, CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task AcceptAsync()
    {
        _isBusy = true;
        if (await TryAsync(async () => _offer = await Invitations.AcceptLinkAsync(await ActorAsync(), Token, CancellationToken.None)))
        {
            // The list of workspaces in the frame is read anew.
            Navigation.NavigateTo(HubRoutes.Home(_offer!.WorkspaceSlug), forceLoad: true);
        }

        _isBusy = false;
    }
}
