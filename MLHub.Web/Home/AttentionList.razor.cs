using Microsoft.AspNetCore.Components;
using MLHub.Core.Home;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

public sealed partial class AttentionList : HubPage
{
    [Inject]
    private InvitationService Invitations { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Attention> Items { get; set; } = [];

    /// <summary>Something was answered and no longer waits.</summary>
    [Parameter]
    public EventCallback OnAnswered { get; set; }

    protected override Task RefreshAsync() => Task.CompletedTask;

    private Task AcceptAsync(Attention item) => TryAsync(async () =>
    {
        var joined = await Invitations.AcceptMineAsync(await ActorAsync(), item.Id, CancellationToken.None);
        // The drawer's list of workspaces is read anew with the page.
        Navigation.NavigateTo(HubRoutes.Home(joined.WorkspaceSlug), forceLoad: true);
    });

    private async Task DeclineAsync(Attention item)
    {
        if (await TryAsync(async () => await Invitations.DeclineAsync(await ActorAsync(), item.Id, CancellationToken.None)))
        {
            await OnAnswered.InvokeAsync();
        }
    }

    private static string What(Attention item) => item.Kind switch
    {
        AttentionKind.FailedRun => "failed",
        AttentionKind.LostRun => "fell silent: its program reports no more",
        AttentionKind.FailedVersion => "could not be made",
        _ => item.Text is { } by ? $"invites you, by {by}" : "invites you",
    };

    private static string? Href(Attention item) => item.Kind switch
    {
        AttentionKind.FailedRun or AttentionKind.LostRun => HubRoutes.Run(item.Id),
        AttentionKind.FailedVersion => HubRoutes.Dataset(item.Id),
        _ => null,
    };
}
