using System.Text.Json;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
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
    private const string HistoryTab = "history";

    private ModelView? _model;
    private Page<ModelVersionView>? _versions;
    private IReadOnlyList<AliasChangeView> _history = [];
    private IReadOnlyList<Crumb> _crumbs = [];
    private string? _failure;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private PredictionService Predicting { get; set; } = null!;

    [Inject]
    private ModelSharing Sharing { get; set; } = null!;

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

    private string ActiveTab => Tab is PredictTab or HistoryTab ? Tab : VersionsTab;

    private List<UrlTab> Tabs =>
    [
        new(VersionsTab, "Versions", $"/models/{Id:N}", _model!.LatestVersion ?? 0),
        new(PredictTab, "Predict", $"/models/{Id:N}?tab={PredictTab}"),
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
            _versions = await Models.VersionsAsync(actor, Id, ActiveTab == PredictTab ? new(PageRequest.MaxSize) : new(50, PageToken), CancellationToken.None);
            _history = ActiveTab == HistoryTab ? (await Models.HistoryAsync(actor, Id, new(200), CancellationToken.None)).Items : [];
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
