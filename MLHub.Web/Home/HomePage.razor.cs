using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

public sealed partial class HomePage : HubPage
{
    private const int MaxRunning = 8;
    private const int MaxRecent = 8;

    private WorkspaceView? _workspace;
    private WorkspaceProgress? _state;
    private IReadOnlyList<RunView> _running = [];
    private IReadOnlyList<RunView> _recent = [];
    private IReadOnlyList<DatasetView> _datasets = [];
    private string? _failure;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

    private bool MayEdit => _workspace?.MyRole >= WorkspaceRole.Editor;

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            await Current.UseAsync(Slug);
            _workspace = await Current.GetAsync();
            Listen(Topic.Workspace(_workspace.Id));
            var actor = await ActorAsync();
            var id = _workspace.Id;
            _running = (await Runs.RecentAsync(actor, id, new() { States = [RunState.Running, RunState.Queued, RunState.Lost], Order = RunOrder.Oldest, Page = new(MaxRunning) }, CancellationToken.None)).Items;
            _recent = (await Runs.RecentAsync(actor, id, new() { States = [RunState.Finished, RunState.Failed, RunState.Cancelled], Page = new(MaxRecent) }, CancellationToken.None)).Items;
            _datasets = (await Datasets.ListAsync(actor, id, new() { Page = new(6) }, CancellationToken.None)).Items;
            _state = new(
                await Datasets.CountsAsync(actor, id, CancellationToken.None),
                await Runs.CountsAsync(actor, id, CancellationToken.None),
                await Models.CountAsync(actor, id, CancellationToken.None),
                _datasets.FirstOrDefault(d => d.LatestVersion is not null)?.Id,
                _recent.FirstOrDefault(r => r.State == RunState.Finished)?.Id);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private static string Plural(long count, string word) => count == 1 ? word : $"{word}s";
}
