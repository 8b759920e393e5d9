using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>The datasets of a workspace. Files may be dropped anywhere on it.</summary>
public sealed partial class DatasetsPage : HubPage
{
    private const int PageSize = 50;

    private WorkspaceView? _workspace;
    private Page<DatasetView>? _page;
    private Actor? _actor;
    private string? _failure;

    [Inject]
    public required DatasetService Datasets { get; set; }

    [Inject]
    public required CurrentWorkspace Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IDialogService DialogService { get; set; }

    [Inject]
    public required TrashService Trash { get; set; }

    [Inject]
    public required ISnackbar Toasts { get; set; }

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    public string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "tag")]
    public string? Tag { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageToken { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(Tag);

    private bool MayUpload => _workspace?.MyRole >= WorkspaceRole.Editor;

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _failure = null;
        try
        {
            _actor = await ActorAsync();
            await Current.UseAsync(Slug);
            _workspace = await Current.GetAsync();
            Listen(Topic.Workspace(_workspace.Id));
            var query = new DatasetQuery { Search = Search, Tag = Tag, Page = new(PageSize, PageToken) };
            _page = await Datasets.ListAsync(_actor, _workspace.Id, query, CancellationToken.None);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    protected override Task RefreshAsync() => LoadAsync();

    private void SearchAsync(ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(Parameters(change.Value?.ToString(), Tag)));

    private static Dictionary<string, object?> Parameters(string? search, string? tag) => new()
    {
        ["q"] = string.IsNullOrWhiteSpace(search) ? null : search.Trim(),
        ["tag"] = tag,
        ["page"] = null,
    };

    private static string Address(DatasetView dataset) => $"/datasets/{dataset.Id:N}";

    private bool MayDelete(DatasetView dataset) =>
        _workspace?.MyRole >= WorkspaceRole.Manager || (MayUpload && dataset.CreatedBy == _actor?.UserId);

    private async Task EditAsync(DatasetView dataset)
    {
        if (await EditDatasetDialog.AskAsync(DialogService, dataset))
        {
            await LoadAsync();
        }
    }

    private async Task DeleteAsync(DatasetView dataset)
    {
        if (await DatasetDeletion.ConfirmAsync(DialogService, dataset) && await TryAsync(async () => await Datasets.DeleteAsync(await ActorAsync(), dataset.Id, CancellationToken.None)))
        {
            DatasetDeletion.OfferUndo(Toasts, Trash, Navigation, await ActorAsync(), dataset);
            await LoadAsync();
        }
    }
}
