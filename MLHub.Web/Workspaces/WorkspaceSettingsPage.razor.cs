using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Workspaces;

public sealed partial class WorkspaceSettingsPage : HubPage
{
    private WorkspaceView? _workspace;
    private string _name = "";
    private string _description = "";
    private Visibility _visibility;
    private string? _failure;
    private bool _isSaved;

    [Inject]
    private WorkspaceService Workspaces { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

    private bool MayManage => _workspace?.MyRole >= WorkspaceRole.Manager;

    private bool HasChanged => _workspace is { } w && (_name != w.Name || _description != (w.Description ?? "") || _visibility != w.Visibility);

    protected override Task OnParametersSetAsync() => LoadAsync();

    // What somebody is typing stays; the role may have changed.
    protected override async Task RefreshAsync()
    {
        var typed = (HasChanged, _name, _description, _visibility);
        await LoadAsync();
        if (typed.HasChanged)
        {
            (_, _name, _description, _visibility) = typed;
        }
    }

    private async Task LoadAsync()
    {
        try
        {
            await Current.UseAsync(Slug);
            _workspace = await Current.GetAsync();
            Listen(Topic.Workspace(_workspace.Id));
            (_name, _description, _visibility, _failure) = (_workspace.Name, _workspace.Description ?? "", _workspace.Visibility, null);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task SaveAsync()
    {
        if (!HasChanged)
        {
            return;
        }

        if (_visibility == Visibility.Public && _workspace!.Visibility == Visibility.Private && !await Components.Dialogs.ConfirmAsync(
            Dialogs, $"Make {_workspace.Name} public", "Everybody who is signed in to this server can then read all of it.", "Make public", ["Rows and profiles of all datasets", "All experiments, runs and their files", "All models, their columns and category values"]))
        {
            return;
        }

        if (await TryAsync(async () => await Workspaces.UpdateAsync(await ActorAsync(), _workspace!.Id, new(_name, _description, _visibility), CancellationToken.None)))
        {
            await LoadAsync();
            _isSaved = true;
        }
    }

    private async Task DeleteAsync()
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, $"Delete {_workspace!.Name}", "Its members and invitations go with it. This cannot be undone.", "Delete")
            && await TryAsync(async () => await Workspaces.DeleteAsync(await ActorAsync(), _workspace.Id, CancellationToken.None)))
        {
            Navigation.NavigateTo("/", forceLoad: true);
        }
    }
}
