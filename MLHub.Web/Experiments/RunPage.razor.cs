using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;
using MLHub.Web.Shell;

namespace MLHub.Web.Experiments;

/// <summary>A run while it is going and after. What can be done with it stands in <c>RunPage.Actions.cs</c>.</summary>
public sealed partial class RunPage : HubPage
{
    private const string OverviewTab = "overview";
    private const string PredictionsTab = "predictions";
    private const string LogTab = "log";
    private const string ConfigurationTab = "configuration";
    private const string FilesTab = "files";
    private const string TrialsTab = "trials";
    private const int MaxLines = 5000;

    /// <summary>Curves are drawn on the server: twice a second is enough for the eye.</summary>
    private static readonly TimeSpan CurveInterval = TimeSpan.FromMilliseconds(500);

    private RunView? _run;
    private IReadOnlyList<Crumb> _crumbs = [];
    private RegisteredAs? _registered;
    private int? _position;
    private EvaluationReport? _report;
    private PredictionPage? _predictions;
    private IReadOnlyList<ArtifactEntry> _files = [];
    private IReadOnlyList<RunView> _parts = [];
    private RunView? _parent;
    private SearchView? _search;
    private IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>> _curves = new Dictionary<string, IReadOnlyList<MetricPointView>>();
    private List<JobLogLine> _lines = [];
    private long _curvesAt;
    private string? _failure;
    private string? _partFailure;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private RunResults Results { get; set; } = null!;

    [Inject]
    private RunSearch Search { get; set; } = null!;

    [Inject]
    private SearchService Searches { get; set; } = null!;

    [Inject]
    private RunArtifactService Artifacts { get; set; } = null!;

    [Inject]
    private RunPredictions Predictions { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private AlgorithmCatalog Catalog { get; set; } = null!;

    [Inject]
    private WorkspaceService Workspaces { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "folder")]
    private string? Folder { get; set; }

    [SupplyParameterFromQuery(Name = "offset")]
    private long? PredictionOffset { get; set; }

    [SupplyParameterFromQuery(Name = "part")]
    private string? Part { get; set; }

    [SupplyParameterFromQuery(Name = "filter")]
    private string? FilterWord { get; set; }

    [SupplyParameterFromQuery(Name = "actual")]
    private string? Actual { get; set; }

    [SupplyParameterFromQuery(Name = "predicted")]
    private string? Predicted { get; set; }

    [SupplyParameterFromQuery(Name = "threshold")]
    private double? Threshold { get; set; }

    [SupplyParameterFromQuery(Name = "group")]
    private string? Group { get; set; }

    [SupplyParameterFromQuery(Name = "worst")]
    private int? WorstFirst { get; set; }

    private bool MayEdit => _run?.MyRole >= WorkspaceRole.Editor;

    private AlgorithmDescriptor? Algorithm => Catalog.TryFind(_run?.Configuration?.Algorithm, out var found) ? found : null;

    private int LastLine => _lines.Count == 0 ? 0 : _lines[^1].Number;

    private string ActiveTab => Tabs.Any(t => t.Key == Tab) ? Tab! : OverviewTab;

    private List<UrlTab> Tabs
    {
        get
        {
            var path = $"/runs/{Id:N}";
            if (_run!.IsExternal)
            {
                return [new(OverviewTab, "Overview", path), new(FilesTab, "Files", $"{path}?tab={FilesTab}")];
            }

            var overview = _run.State switch
            {
                RunState.Finished => _run.IsTrial ? "Trial" : "Evaluation",
                RunState.Failed or RunState.Cancelled => "What happened",
                _ => "Live",
            };
            List<UrlTab> tabs = [new(OverviewTab, overview, path)];
            if (_run.Search is { } search && !_run.IsSearching)
            {
                tabs.Add(new(TrialsTab, "Trials", $"{path}?tab={TrialsTab}", search.Trials));
            }

            if (_run.State == RunState.Finished && !_run.IsTrial)
            {
                tabs.Add(new(PredictionsTab, "Predictions", $"{path}?tab={PredictionsTab}"));
            }

            if (_run.IsSearching)
            {
                // Log and settings are those of each trial; the run's own come with the winner.
                return tabs;
            }

            tabs.Add(new(LogTab, "Log", $"{path}?tab={LogTab}"));
            tabs.Add(new(ConfigurationTab, "Configuration", $"{path}?tab={ConfigurationTab}"));
            tabs.Add(new(FilesTab, "Files", $"{path}?tab={FilesTab}"));
            return tabs;
        }
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            var run = await Runs.GetAsync(actor, Id, CancellationToken.None);
            if (_run is null)
            {
                await FrameAsync(actor, run);
            }

            _position = run is { State: RunState.Queued, JobId: { } job } ? (await Jobs.GetAsync(actor, job, CancellationToken.None)).Position : null;
            _registered = run.State == RunState.Finished ? (await Models.OfRunsAsync(actor, [Id], CancellationToken.None)).GetValueOrDefault(Id) : null;
            _run = run;
            _failure = null;
            await LoadPartAsync(actor, run);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task FrameAsync(Actor actor, RunView run)
    {
        var workspace = await Workspaces.GetAsync(actor, run.WorkspaceId, CancellationToken.None);
        await Current.UseAsync(workspace.Slug);
        _crumbs =
        [
            new(workspace.Name, $"/w/{workspace.Slug}"),
            new("Experiments", $"/w/{workspace.Slug}/experiments"),
            new(run.ExperimentName, $"/experiments/{run.ExperimentId:N}"),
            new(run.Name, null),
        ];
        if (run is { IsTrial: true, ParentRunId: { } search })
        {
            // A trial has no news of its own.
            Listen([Topic.Run(Id), Topic.Run(search), Topic.Access(run.WorkspaceId)]);
            return;
        }

        Listen(run.JobId is { } job ? [Topic.Run(Id), Topic.Access(run.WorkspaceId), Topic.Job(job)] : [Topic.Run(Id), Topic.Access(run.WorkspaceId)]);
    }

    /// <summary>Reads what the open tab shows, and nothing else; a failure stays in its block.</summary>
    private async Task LoadPartAsync(Actor actor, RunView run)
    {
        try
        {
            _partFailure = null;
            if (ActiveTab == FilesTab)
            {
                _files = await Artifacts.ListAsync(actor, Id, Folder, CancellationToken.None);
                return;
            }

            if (ActiveTab == OverviewTab)
            {
                await FamilyAsync(actor, run);
            }

            if (run.IsSearching || (run.Search is not null && ActiveTab == TrialsTab))
            {
                _search = await Searches.FindAsync(actor, Id, CancellationToken.None);
            }
            else if (run.IsExternal || (run is { IsTrial: true, State: RunState.Finished } && ActiveTab == OverviewTab))
            {
                await DrawAsync(actor);
            }
            else if (ActiveTab == PredictionsTab)
            {
                var place = Place;
                var predictions = await Predictions.ReadAsync(actor, Id, place.ToQuery(RunPredictionsView.PageSize), CancellationToken.None);
                if (place == Place)
                {
                    // Otherwise the address has moved on: a slow answer must not replace the one that belongs to it.
                    _predictions = predictions;
                }
            }
            else if (ActiveTab == OverviewTab && run.State == RunState.Finished)
            {
                _report ??= await Results.EvaluationAsync(actor, Id, CancellationToken.None);
            }
            else if (ActiveTab is OverviewTab or LogTab)
            {
                await FollowAsync(actor, run);
            }
        }
        catch (HubException refused)
        {
            _partFailure = refused.Message;
        }
    }

    private async Task FollowAsync(Actor actor, RunView run)
    {
        while (true)
        {
            var news = await Results.LogAsync(actor, Id, LastLine, CancellationToken.None);
            // Meanwhile another refresh may have brought the same lines.
            _lines = [.. _lines.Concat(news.Where(l => l.Number > LastLine)).TakeLast(MaxLines)];
            if (news.Count < 1000)
            {
                break;
            }
        }

        if (ActiveTab == OverviewTab && run.State == RunState.Running)
        {
            await DrawAsync(actor);
        }
    }

    private async Task DrawAsync(Actor actor)
    {
        if (_curvesAt == 0 || _run?.IsOver == true || Time.GetElapsedTime(_curvesAt) >= CurveInterval)
        {
            _curvesAt = Time.GetTimestamp();
            _curves = await Results.CurvesAsync(actor, Id, null, CancellationToken.None);
        }
    }

    /// <summary>The run that this one is a part of, and its own parts.</summary>
    private async Task FamilyAsync(Actor actor, RunView run)
    {
        // Trials stand on the leaderboard.
        _parts = run.Search is not null ? [] : (await Search.PageAsync(actor, run.ExperimentId, $"parent = {run.Id:N}", null, new(200), CancellationToken.None)).Items;
        _parent = run.ParentRunId is { } parent ? (await Search.ByIdsAsync(actor, run.ExperimentId, [parent], null, CancellationToken.None)).FirstOrDefault() : null;
    }

    private PredictionPlace Place =>
        new(PredictionOffset ?? 0, Part, PredictionPlace.FilterOf(FilterWord) ?? PredictionFilter.All, WorstFirst == 1, Actual, Predicted, Threshold);

    private void Go(PredictionPlace place) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["offset"] = place.Offset == 0 ? null : place.Offset,
            ["part"] = place.Part,
            ["filter"] = PredictionPlace.WordOf(place.Filter),
            ["worst"] = place.WorstFirst ? 1 : null,
            ["actual"] = place.Actual,
            ["predicted"] = place.Predicted,
            ["threshold"] = place.Threshold,
        }));

    /// <summary>From a part of the evaluation to the rows that it is about.</summary>
    private void Show(EvaluationRows rows) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters($"/runs/{Id:N}?tab={PredictionsTab}", new Dictionary<string, object?>
        {
            ["worst"] = _run!.Configuration?.Task is TrainingTask.Anomaly or TrainingTask.Clustering ? 1 : null,
            ["actual"] = rows.Actual,
            ["predicted"] = rows.Predicted,
            ["threshold"] = rows.Threshold,
        }));

    private void SetThreshold(double? threshold) => Replace("threshold", threshold);

    private void SetGroup(string? column) => Replace("group", column);

    private void Replace(string name, object? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [name] = value }), replace: true);
}
