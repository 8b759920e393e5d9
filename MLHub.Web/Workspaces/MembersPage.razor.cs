using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Workspaces;

public sealed partial class MembersPage : HubPage
{
    private WorkspaceView? _workspace;
    private Page<MemberView>? _members;
    private Page<InvitationView>? _invitations;
    private Guid _me;
    private string? _failure;

    [Inject]
    private WorkspaceMemberService Members { get; set; } = null!;

    [Inject]
    private InvitationService Invitations { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    private bool MayManage => _workspace?.MyRole >= WorkspaceRole.Manager;

    private IEnumerable<WorkspaceRole> Offered => Enum.GetValues<WorkspaceRole>().Where(r => r < WorkspaceRole.Owner || _workspace?.MyRole == WorkspaceRole.Owner);

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private bool MayChange(MemberView member) => MayManage && member.UserId != _workspace!.PersonalOf && (member.Role < WorkspaceRole.Owner || _workspace.MyRole == WorkspaceRole.Owner);

    private async Task LoadAsync()
    {
        try
        {
            await Current.UseAsync(Slug);
            _workspace = await Current.GetAsync();
            Listen(Topic.Workspace(_workspace.Id));
            var actor = await ActorAsync();
            _me = actor.UserId;
            _members = await Members.ListAsync(actor, _workspace.Id, new(50, PageToken), CancellationToken.None);
            _invitations = MayManage ? await Invitations.ListAsync(actor, _workspace.Id, new(200), CancellationToken.None) : null;
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task ChangeAsync(MemberView member, ChangeEventArgs change)
    {
        if (Enum.TryParse<WorkspaceRole>(change.Value?.ToString(), out var role))
        {
            await TryAsync(async () => await Members.PutAsync(await ActorAsync(), _workspace!.Id, member.Email, role, CancellationToken.None));
            await LoadAsync();
        }
    }

    private async Task RemoveAsync(MemberView member)
    {
        var text = $"{member.DisplayName} loses access to everything in {_workspace!.Name} at once. What they made stays.";
        if (await Components.Dialogs.ConfirmAsync(Dialogs, $"Remove {member.DisplayName}", text, "Remove")
            && await TryAsync(async () => await Members.RemoveAsync(await ActorAsync(), _workspace.Id, member.UserId, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task LeaveAsync()
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, $"Leave {_workspace!.Name}", "You lose access at once; only a manager can let you in again. What you made stays.", "Leave")
            && await TryAsync(async () => await Members.RemoveAsync(await ActorAsync(), _workspace.Id, _me, CancellationToken.None)))
        {
            Navigation.NavigateTo("/", forceLoad: true);
        }
    }

    private async Task InviteAsync()
    {
        await InviteDialog.ShowAsync(Dialogs, _workspace!);
        await LoadAsync();
    }

    private async Task RenewAsync(InvitationView invitation)
    {
        InvitationMade? made = null;
        if (await TryAsync(async () => made = await Invitations.RenewAsync(await ActorAsync(), _workspace!.Id, invitation.Id, CancellationToken.None)))
        {
            await InviteDialog.ShowLinkAsync(Dialogs, _workspace!, made!);
            await LoadAsync();
        }
    }

    private async Task RevokeAsync(InvitationView invitation)
    {
        if (await TryAsync(async () => await Invitations.RevokeAsync(await ActorAsync(), _workspace!.Id, invitation.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
