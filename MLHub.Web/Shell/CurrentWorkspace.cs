using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Accounts;

namespace MLHub.Web.Shell;

/// <summary>The workspace that this circuit is in: the one of the last page that named one, at first the personal one.</summary>
public sealed class CurrentWorkspace(WorkspaceService workspaces, CurrentActor who)
{
    private string? _slug;

    /// <summary>Heard by the frame, which shows where the user is.</summary>
    public event Action? Changed;

    public string? Slug => _slug;

    /// <summary>Read anew at each call: a role may have changed.</summary>
    public async Task<WorkspaceView> GetAsync()
    {
        var actor = await who.GetAsync();
        if (_slug is { } slug)
        {
            return await workspaces.GetBySlugAsync(actor, slug, CancellationToken.None);
        }

        var mine = await workspaces.ListAsync(actor, new PageRequest(1), CancellationToken.None);
        return mine.Items.Count > 0 ? mine.Items[0] : throw HubException.NotFound("workspace");
    }

    public Task UseAsync(string slug)
    {
        if (_slug != slug)
        {
            _slug = slug;
            Changed?.Invoke();
        }

        return Task.CompletedTask;
    }
}
