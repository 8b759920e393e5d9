using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Home;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

/// <summary>What goes on in a workspace. Each part is a <see cref="HomePart{TValue}"/> with a query of its own.</summary>
public sealed partial class HomePage : HubPage
{
    private const int MaxRunning = 8;
    private const int MaxRecent = 6;
    private const int MaxBest = 6;
    private const int MaxVisits = 6;
    private const int MaxActivities = 12;

    private WorkspaceView? _workspace;
    private WorkspaceProgress? _progress;
    private Guid _me;
    private int _answered;
    private string? _failure;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private FirstStepsService Steps { get; set; } = null!;

    [Inject]
    private AttentionService Attentions { get; set; } = null!;

    [Inject]
    private BestResultService Best { get; set; } = null!;

    [Inject]
    private VisitService Visits { get; set; } = null!;

    [Inject]
    private ActivityService Activities { get; set; } = null!;

    [Inject]
    private RunCalendarService Calendar { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "activity")]
    private string? Activity { get; set; }

    private Guid Id => _workspace!.Id;

    private bool IsMine => Activity == "mine";

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
            _me = actor.UserId;
            _progress = await Steps.GetAsync(actor, _workspace.Id, CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task<IReadOnlyList<RunView>> RunningAsync(Actor actor) =>
        (await Runs.RecentAsync(actor, Id, new() { States = [RunState.Running, RunState.Queued, RunState.Lost], Order = RunOrder.Oldest, Page = new(MaxRunning) }, CancellationToken.None)).Items;

    private async Task<IReadOnlyList<RunView>> RecentAsync(Actor actor) =>
        (await Runs.RecentAsync(actor, Id, new() { States = [RunState.Finished, RunState.Failed, RunState.Cancelled], Page = new(MaxRecent) }, CancellationToken.None)).Items;

    private async Task<IReadOnlyList<DatasetView>> DatasetsAsync(Actor actor) =>
        (await Datasets.ListAsync(actor, Id, new() { Page = new(MaxRecent) }, CancellationToken.None)).Items;

    private async Task HideStepsAsync()
    {
        if (await TryAsync(async () => await Steps.HideAsync(await ActorAsync(), Id, true, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private string ActivityHref(bool isMine) => HubRoutes.Home(Slug) + (isMine ? "?activity=mine" : "");

    private static string Plural(long count, string word) => count == 1 ? word : $"{word}s";
}
