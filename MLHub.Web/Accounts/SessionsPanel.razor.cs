using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Components;

namespace MLHub.Web.Accounts;

/// <summary>The signed-in user's sessions; the list is live.</summary>
public sealed partial class SessionsPanel : HubPage
{
    private Page<OpenSession>? _sessions;
    private string? _failure;

    [Inject]
    private OpenSessionsService Sessions { get; set; } = null!;

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            Listen(Topic.Account(actor.UserId));
            _sessions = await Sessions.ListAsync(actor, new(100), CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task EndAsync(OpenSession session)
    {
        if (await TryAsync(async () => await Sessions.EndAsync(await ActorAsync(), session.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task EndOthersAsync()
    {
        if (await TryAsync(async () => await Sessions.EndOthersAsync(await ActorAsync(), CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
