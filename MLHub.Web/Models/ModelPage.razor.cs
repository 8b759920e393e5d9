using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MLHub.Web.Workspaces;
using MudBlazor;

namespace MLHub.Web.Models;

public sealed partial class ModelPage : HubPage
{
    private const string VersionsTab = "versions";
    private const string PredictTab = "predict";
    private const string BatchTab = "batch";
    private const string HistoryTab = "history";

    private ModelView? _model;
    private Page<ModelVersionView>? _versions;
    private IReadOnlyList<AliasChangeView> _history = [];
    private ModelUsageView? _usage;
    private IReadOnlyList<BatchView> _batches = [];
    private IReadOnlyList<DatasetView> _datasets = [];
    private IReadOnlyList<Crumb> _crumbs = [];
    private string? _failure;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private PredictionService Predicting { get; set; } = null!;

    [Inject]
    private ModelSharing Sharing { get; set; } = null!;

    [Inject]
    private BatchPredictionService Batching { get; set; } = null!;

    [Inject]
    private ModelUsage Usage { get; set; } = null!;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "v")]
    private int? Number { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    private bool MayEdit => _model?.MyRole >= WorkspaceRole.Editor;

    private string ActiveTab => Tab is PredictTab or BatchTab or HistoryTab ? Tab : VersionsTab;

    private List<UrlTab> Tabs =>
    [
        new(VersionsTab, "Versions", $"/models/{Id:N}", _model!.LatestVersion ?? 0),
        new(PredictTab, "Predict", $"/models/{Id:N}?tab={PredictTab}"),
        new(BatchTab, "Batch", $"/models/{Id:N}?tab={BatchTab}"),
        new(HistoryTab, "History", $"/models/{Id:N}?tab={HistoryTab}"),
    ];

    /// <summary>The version that the form is for: the one in the address, else the champion, else the newest.</summary>
    private ModelVersionView? Asked =>
        _versions!.Items.FirstOrDefault(v => v.Number == Number)
        ?? _versions.Items.FirstOrDefault(v => v.Aliases.Contains(ModelAlias.Champion))
        ?? (_versions.Items.Count > 0 ? _versions.Items[0] : null);

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            var model = await Models.GetAsync(actor, Id, CancellationToken.None);
            if (_model?.Id != model.Id || _model.Name != model.Name)
            {
                _crumbs = [.. await Current.PathToAsync(model.WorkspaceId, "models", "Models"), new(model.Name, null)];
                Listen(Topic.Model(Id), Topic.Access(model.WorkspaceId));
            }

            // The predict form must find the champion and the version in the address, however old they are.
            _versions = await Models.VersionsAsync(actor, Id, ActiveTab is PredictTab or BatchTab ? new(PageRequest.MaxSize) : new(50, PageToken), CancellationToken.None);
            _history = ActiveTab == HistoryTab ? (await Models.HistoryAsync(actor, Id, new(200), CancellationToken.None)).Items : [];
            _usage = await Usage.OfAsync(actor, Id, CancellationToken.None);
            _batches = ActiveTab == BatchTab ? (await Batching.ListAsync(actor, Id, new(100), CancellationToken.None)).Items : [];
            _datasets = ActiveTab == BatchTab ? await AskableAsync(actor, model) : [];
            Listen([Topic.Model(Id), Topic.Access(model.WorkspaceId), .. _batches.Where(b => b.State == DatasetVersionState.Importing).Take(20).Select(b => Topic.Job(b.JobId))]);
            _model = model;
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task<Predictions> AskAsync(int version, IReadOnlyDictionary<string, JsonElement> row) =>
        await Predicting.PredictAsync(await ActorAsync(), Id, version.ToString(), [row], CancellationToken.None);

    /// <summary>Datasets of the model's workspace that have rows; none for those who only know the model.</summary>
    private async Task<IReadOnlyList<DatasetView>> AskableAsync(Actor actor, ModelView model)
    {
        try
        {
            return [.. (await Datasets.ListAsync(actor, model.WorkspaceId, new DatasetQuery { Page = new(PageRequest.MaxSize) }, CancellationToken.None)).Items.Where(d => d.LatestVersion is not null)];
        }
        catch (HubException stranger) when (stranger.Refusal == Refusal.NotFound)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<DatasetVersionView>> RowsAsync(Guid datasetId) =>
        [.. (await Datasets.VersionsAsync(await ActorAsync(), datasetId, new(PageRequest.MaxSize), CancellationToken.None)).Items.Where(v => v.State == DatasetVersionState.Ready)];

    private async Task BatchAsync(BatchRequest request)
    {
        await Batching.StartAsync(await ActorAsync(), Id, request, CancellationToken.None);
        await LoadAsync();
    }

    private void Compare(IReadOnlyList<int> versions) => Navigation.NavigateTo($"/models/{Id:N}/compare?versions={VersionNumbers.Write(versions)}");

    private void Choose(int version) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("v", version), replace: true);

    private Task ShareAsync() => ShareDialog.ShowAsync(Dialogs, ShareQuestion.Of(
        Sharing, Id, "model", _model!.Name, _model.Visibility, _model.MyRole, Navigation.ToAbsoluteUri(HubRoutes.Model(Id)).ToString(),
        "its versions, metrics, the names and category values of the columns it was trained on, and lets people predict"));

    private async Task EditAsync()
    {
        if (await NameDialog.AskAsync(
            Dialogs, new("Name and description", "Save") { Name = _model!.Name, Description = _model.Description, HasDescription = true },
            async given => await Models.EditAsync(await ActorAsync(), Id, given.Name, given.Description ?? "", CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task DeleteAsync()
    {
        var count = _model!.LatestVersion ?? 0;
        if (await Components.Dialogs.ConfirmAsync(
                Dialogs, "Delete model", $"“{_model.Name}” goes to the trash.", "Delete",
                [$"With it {(count == 1 ? "goes its version" : $"go its {count} versions")}.", "Programs that predict with it get an error at once.", "The runs that it was made from stay."])
            && await TryAsync(async () => await Models.DeleteAsync(await ActorAsync(), Id, CancellationToken.None)))
        {
            Navigation.NavigateTo(_crumbs[1].Href!);
        }
    }

    private async Task AliasAsync(AliasWish wish)
    {
        _model!.Aliases.TryGetValue(wish.Alias ?? "", out var current);
        var question = new AliasQuestion(wish.Version, wish.Alias, current == 0 ? null : current, [.. _model.Aliases.Keys]);
        if (await AliasDialog.AskAsync(
            Dialogs, question, async (alias, reason) => await Models.SetAliasAsync(await ActorAsync(), Id, alias, wish.Version, reason, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task RemoveAliasAsync(string alias)
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Remove alias", $"Programs that predict with “{alias}” get an error until it points somewhere again.", "Remove")
            && await TryAsync(async () => await Models.RemoveAliasAsync(await ActorAsync(), Id, alias, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
