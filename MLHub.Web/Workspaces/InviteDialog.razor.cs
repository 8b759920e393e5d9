using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Workspaces;

/// <summary>Asks people in by address or makes a link; shows the links it made, once.</summary>
public sealed partial class InviteDialog : ComponentBase
{
    private readonly List<(string Whom, string Link)> _links = [];
    private readonly List<string> _added = [];
    private bool _byLink;
    private bool _isMailed;
    private string _emails = "";
    private WorkspaceRole _role = WorkspaceRole.Reader;
    private int _uses = 1;
    private int _days = 7;
    private string? _problem;
    private bool _isBusy;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private WorkspaceMemberService Members { get; set; } = null!;

    [Inject]
    private InvitationService Invitations { get; set; } = null!;

    [Inject]
    private CurrentActor Actors { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public WorkspaceView Workspace { get; set; } = null!;

    /// <summary>Show the link of this one instead of asking.</summary>
    [Parameter]
    public InvitationMade? Made { get; set; }

    private IEnumerable<WorkspaceRole> Offered => Enum.GetValues<WorkspaceRole>().Where(r => r < WorkspaceRole.Owner && r <= Workspace.MyRole);

    private List<string> Addresses => [.. _emails.Split([',', ';', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)];

    public static async Task ShowAsync(IDialogService dialogs, WorkspaceView workspace) =>
        await (await dialogs.ShowAsync<InviteDialog>("Invite", new DialogParameters<InviteDialog> { { d => d.Workspace, workspace } })).Result;

    public static async Task ShowLinkAsync(IDialogService dialogs, WorkspaceView workspace, InvitationMade made) =>
        await (await dialogs.ShowAsync<InviteDialog>("Invite", new DialogParameters<InviteDialog> { { d => d.Workspace, workspace }, { d => d.Made, made } })).Result;

    protected override void OnInitialized()
    {
        if (Made is { } made)
        {
            Keep(made);
        }
    }

    private async Task SendAsync()
    {
        if (_isBusy || (!_byLink && Addresses.Count == 0))
        {
            return;
        }

        _isBusy = true;
        _problem = null;
        try
        {
            var actor = await Actors.GetAsync();
            if (_byLink)
            {
                Keep(await Invitations.CreateAsync(actor, Workspace.Id, new(_role, null, _uses, _days), CancellationToken.None));
                return;
            }

            foreach (var address in Addresses)
            {
                if (await Members.PutAsync(actor, Workspace.Id, address, _role, CancellationToken.None) is { } member)
                {
                    _added.Add(member.DisplayName);
                }
                else
                {
                    Keep(await Invitations.CreateAsync(actor, Workspace.Id, new(_role, address), CancellationToken.None));
                }
            }
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Keep(InvitationMade made)
    {
        _isMailed |= made.IsMailed;
        _links.Add((made.Invitation.Email ?? $"For up to {made.Invitation.MaxUses}, as {RoleWords.Title(made.Invitation.Role).ToLowerInvariant()}", Navigation.ToAbsoluteUri($"/invitations/{made.Token}").ToString()));
    }
}
