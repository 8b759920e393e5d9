using Microsoft.AspNetCore.Components;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Workspaces;

public sealed partial class NewWorkspacePage : HubPage
{
    private string _name = "";
    private string? _description;
    private bool _isBusy;

    [Inject]
    private WorkspaceService Workspaces { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override Task RefreshAsync() => Task.CompletedTask;

    private async Task CreateAsync()
    {
        if (_isBusy || string.IsNullOrWhiteSpace(_name))
        {
            return;
        }

        _isBusy = true;
        WorkspaceView? made = null;
        if (await TryAsync(async () => made = await Workspaces.CreateAsync(await ActorAsync(), _name, _description, Visibility.Private, CancellationToken.None)))
        {
            // The list of workspaces in the frame is read anew.
            Navigation.NavigateTo(HubRoutes.Members(made!.Slug), forceLoad: true);
        }

        _isBusy = false;
    }
}
