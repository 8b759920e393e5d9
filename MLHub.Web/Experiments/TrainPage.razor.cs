using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Experiments;

public sealed partial class TrainPage : HubPage
{
    private DatasetView? _dataset;
    private WorkspaceView? _workspace;
    private DatasetVersionView? _version;
    private TrainingForm? _form;
    private IReadOnlyList<Crumb> _crumbs = [];
    private IReadOnlyList<ExperimentView> _experiments = [];
    private IReadOnlyDictionary<string, string[]> _problems = new Dictionary<string, string[]>();
    private IReadOnlyDictionary<string, string[]> _refusals = new Dictionary<string, string[]>();
    private IReadOnlyList<RecipeTemplateView> _templates = [];
    private IReadOnlyList<RecipeStep>? _draft;
    private IReadOnlyList<RecipeStep>? _copied;
    private IReadOnlyDictionary<string, double> _seconds = new Dictionary<string, double>();
    private Guid? _experimentId;
    private string _experimentName = "";
    private string? _failure;
    private string? _refusal;
    private string? _notice;
    private bool _isStarting;
    private (Guid, int?, Guid?) _loaded;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private ExperimentService Experiments { get; set; } = null!;

    [Inject]
    private TrainingService Training { get; set; } = null!;

    [Inject]
    private SearchService Searches { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private RecipeTemplateService Templates { get; set; } = null!;

    [Inject]
    private RecipeDraftService Drafts { get; set; } = null!;

    [Inject]
    private AlgorithmCatalog Catalog { get; set; } = null!;

    [Inject]
    private WorkspaceService Workspaces { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "v")]
    private int? VersionNumber { get; set; }

    [SupplyParameterFromQuery(Name = "target")]
    private string? TargetName { get; set; }

    [SupplyParameterFromQuery(Name = "task")]
    private string? TaskName { get; set; }

    [SupplyParameterFromQuery(Name = "algorithm")]
    private string? AlgorithmName { get; set; }

    [SupplyParameterFromQuery(Name = "method")]
    private string? MethodName { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromRun { get; set; }

    [SupplyParameterFromQuery(Name = "experiment")]
    private string? ExperimentKey { get; set; }

    private bool MayTrain => _workspace?.MyRole >= WorkspaceRole.Editor;

    private string Address => new Uri(Navigation.Uri).PathAndQuery;

    protected override async Task OnParametersSetAsync()
    {
        // Choices write themselves into the address; that must not load the page again.
        if (_loaded != (Id, VersionNumber, From))
        {
            await LoadAsync();
        }
    }

    protected override Task RefreshAsync() => Task.CompletedTask;

    private Guid? From => Guid.TryParse(FromRun, out var id) ? id : null;

    private async Task LoadAsync()
    {
        _failure = null;
        _form = null;
        _notice = null;
        _loaded = (Id, VersionNumber, From);
        try
        {
            var actor = await ActorAsync();
            _dataset = await Datasets.GetAsync(actor, Id, CancellationToken.None);
            _version = await Datasets.VersionAsync(actor, Id, VersionNumber, CancellationToken.None);
            var profile = await Datasets.ProfileAsync(actor, Id, _version.Number, CancellationToken.None);
            // Whoever was let in to the data alone trains in a workspace of their own.
            _workspace = await Current.TryUseAsync(_dataset.WorkspaceId) is { MyRole: >= WorkspaceRole.Editor } here ? here : await Workspaces.OwnAsync(actor, CancellationToken.None);
            _crumbs = [.. await Current.PathToAsync(_dataset.WorkspaceId, "datasets", "Datasets"), new(_dataset.Name, $"/datasets/{Id:N}?v={_version.Number}"), new("Train", null)];
            _experiments = (await Experiments.ListAsync(actor, _workspace.Id, null, new(200), CancellationToken.None)).Items;
            _experimentName = _dataset.Name;
            _experimentId = Guid.TryParse(ExperimentKey, out var wanted) && _experiments.Any(e => e.Id == wanted)
                ? wanted
                : _experiments.FirstOrDefault(e => Slug.Key(e.Name) == Slug.Key(_dataset.Name))?.Id;

            _seconds = await Searches.SecondsAsync(actor, _workspace.Id, Id, _version.Number, CancellationToken.None);
            var form = new TrainingForm(Catalog, _version, profile);
            if (From is { } runId)
            {
                await CopyAsync(actor, form, runId);
            }

            Preselect(form);
            (_templates, _draft) = await RecipesAsync(actor);
            _copied = form.Steps;
            _form = form;
            _problems = form.Problems;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    /// <summary>Kept recipes are those of the members; whoever only reads a public dataset has none.</summary>
    private async Task<(IReadOnlyList<RecipeTemplateView> Templates, IReadOnlyList<RecipeStep>? Draft)> RecipesAsync(Actor actor)
    {
        try
        {
            return ((await Templates.ListAsync(actor, _dataset!.WorkspaceId, new(200), CancellationToken.None)).Items, (await Drafts.GetAsync(actor, Id, CancellationToken.None))?.Steps);
        }
        catch (HubException refused) when (refused.Refusal is Refusal.NotFound or Refusal.Forbidden)
        {
            return ([], null);
        }
    }

    private async Task CopyAsync(Actor actor, TrainingForm form, Guid runId)
    {
        try
        {
            var run = await Runs.GetAsync(actor, runId, CancellationToken.None);
            if (run.Search is not null && await Searches.FindAsync(actor, runId, CancellationToken.None) is { } search)
            {
                form.Copy(search.Configuration);
            }
            else if (run.Configuration is not null)
            {
                form.Copy(run.Configuration);
            }

            _experimentId = _experiments.Any(e => e.Id == run.ExperimentId) ? run.ExperimentId : _experimentId;
        }
        catch (HubException refused)
        {
            _notice = $"The settings could not be copied: {refused.Message}";
        }
    }

    private void Preselect(TrainingForm form)
    {
        var task = Enum.TryParse<TrainingTask>(TaskName, ignoreCase: true, out var named) && Enum.IsDefined(named) ? named : (TrainingTask?)null;
        if (task is { } free && !Evaluation.TaskWords.NeedsTarget(free))
        {
            // Chosen first: its column is a label, and suggests no other question.
            form.ChooseTask(free);
        }

        if (TargetName is not null)
        {
            form.ChooseTarget(TargetName);
        }

        if (task is { } asked)
        {
            form.ChooseTask(asked);
        }

        if (Enum.TryParse<TrainingMethod>(MethodName, ignoreCase: true, out var method) && Enum.IsDefined(method))
        {
            form.ChooseMethod(method);
        }

        if (AlgorithmName is not null && Catalog.TryFind(AlgorithmName, out _))
        {
            form.ChooseAlgorithm(AlgorithmName);
        }
    }

    private Task ChangedAsync()
    {
        _problems = _form!.Problems;
        _refusal = null;
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
            {
                ["target"] = _form.Target,
                ["task"] = !_form.HasQuestion ? null : _form.Task.ToString().ToLowerInvariant(),
                ["method"] = _form.Method == TrainingMethod.One ? null : _form.Method.ToString().ToLowerInvariant(),
                ["algorithm"] = !_form.HasQuestion || _form.Method == TrainingMethod.Automatic ? null : _form.Algorithm,
            }),
            replace: true);
        return Task.CompletedTask;
    }

    private void ChooseExperiment(ChangeEventArgs change) => _experimentId = Guid.TryParse(change.Value?.ToString(), out var id) ? id : null;

    private Task KeyAsync(KeyboardEventArgs key) => key is { CtrlKey: true, Key: "Enter" } ? TrainAsync() : Task.CompletedTask;

    private async Task TrainAsync()
    {
        _problems = _form!.Problems;
        if (_isStarting || _problems.Count > 0 || !MayTrain)
        {
            return;
        }

        _isStarting = true;
        _refusal = null;
        _refusals = new Dictionary<string, string[]>();
        try
        {
            var actor = await ActorAsync();
            var experimentId = _experimentId ?? (await Experiments.CreateAsync(actor, _workspace!.Id, _experimentName, null, CancellationToken.None)).Id;
            // A refusal below must not leave a second new experiment behind at the next try.
            _experimentId = experimentId;
            var name = string.IsNullOrWhiteSpace(_form.RunName) ? null : _form.RunName.Trim();
            var started = _form.Method == TrainingMethod.One
                ? await Training.StartAsync(actor, experimentId, new(name, Id, _version!.Number, _form.Configuration), CancellationToken.None)
                : await Searches.StartAsync(actor, experimentId, _form.SearchRequest(Id, _version!.Number, name), CancellationToken.None);
            Navigation.NavigateTo($"/runs/{started.RunId:N}");
        }
        catch (HubException refused)
        {
            _refusal = refused.Message;
            _refusals = refused.Errors ?? _refusals;
            _problems = refused.Code == "BAD_TRAINING_CONFIGURATION" ? _refusals : _problems;
        }
        finally
        {
            _isStarting = false;
        }
    }

    /// <summary>“Give a whole number.” alone does not say where.</summary>
    private static string Said(string field, string message) =>
        field.Split('.', 2) is ["parameters" or "searchSpace", var name] ? $"{ParameterText.Title(name)}: {message}" : message;

    private static string Section(string field) => field.Split('.')[0] switch
    {
        "target" or "task" or "positiveClass" => "question",
        "features" => "columns",
        "steps" => "preparation",
        "split" => "split",
        _ => "method",
    };
}
