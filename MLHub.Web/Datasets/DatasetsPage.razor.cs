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
    private static readonly (string Order, string Text)[] Orders =
    [
        ("updated", "last changed"), ("-updated", "longest unchanged"), ("name", "name"), ("-name", "name, from Z"), ("rows", "most rows"), ("-rows", "fewest rows"), ("columns", "most columns"), ("-columns", "fewest columns"),
        ("size", "largest"), ("-size", "smallest"), ("created", "newest"), ("-created", "oldest"),
    ];

    private static readonly (string? Order, string Text, string? Css, string? Title)[] Heads =
    [
        ("name", "Name", null, null), ("rows", "Rows", "num", null), ("columns", "Columns", "num", null), ("size", "Size", "num", "As MLHub stores it, compressed"), (null, "Version", null, null),
        (null, "Filled", null, "Share of the cells that have a value"), (null, "Used by", null, null), ("updated", "Updated", null, null),
    ];

    private Page<DatasetView>? _page;
    private DatasetFacets? _facets;
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

    [SupplyParameterFromQuery(Name = "owner")]
    public string? OwnerText { get; set; }

    /// <summary>What the list is sorted by; with a minus the other way round.</summary>
    [SupplyParameterFromQuery(Name = "sort")]
    public string? SortText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageToken { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(Tag) || Owner is not null;

    private Guid? Owner => Guid.TryParse(OwnerText, out var id) ? id : null;

    private string Order => Orders.Any(o => o.Order == SortText) ? SortText! : "updated";

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
            var query = new DatasetQuery
            {
                Search = Search,
                Tag = Tag,
                Owner = Owner,
                Order = Enum.Parse<DatasetOrder>(Order.TrimStart('-'), ignoreCase: true),
                IsReversed = Order[0] == '-',
                Page = new(PageSize, PageToken),
            };
            _facets = await Datasets.FacetsAsync(_actor, _workspace.Id, CancellationToken.None);
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

    private void Narrow(string parameter, ChangeEventArgs change) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        [parameter] = change.Value?.ToString() is { Length: > 0 } text && text != "updated" ? text : null,
        ["page"] = null,
    }));

    private string SortAddress(string order) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["sort"] = Order == order ? $"-{order}" : order, ["page"] = null });

    private static double? FilledShare(DatasetView dataset) =>
        dataset is { MissingCells: { } missing, RowCount: > 0 and { } rows, ColumnCount: > 0 and { } columns } ? 1 - ((double)missing / rows / columns) : null;

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
