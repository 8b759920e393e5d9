using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>The versions tab: reads what was made of the versions, restores, tags, deletes and takes back.</summary>
public sealed partial class DatasetHistory : HubPage
{
    private Actor? _actor;
    private IReadOnlyList<VersionUse> _uses = [];
    private Guid? _read;

    [Inject]
    public required DatasetVersionService History { get; set; }

    [Inject]
    public required TrashService Trash { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required ISnackbar Toasts { get; set; }

    [Parameter, EditorRequired]
    public required DatasetView Dataset { get; set; }

    /// <summary>Newest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<DatasetVersionView> Versions { get; set; }

    [Parameter]
    public bool HasMore { get; set; }

    /// <summary>Number of the version that the page shows.</summary>
    [Parameter]
    public int? Open { get; set; }

    private bool MayEdit => Dataset.MyRole >= WorkspaceRole.Editor;

    protected override async Task OnParametersSetAsync()
    {
        if (_read != Dataset.Id)
        {
            _read = Dataset.Id;
            Listen(Topic.Workspace(Dataset.WorkspaceId));
            await RefreshAsync();
        }
    }

    protected override async Task RefreshAsync()
    {
        _actor ??= await ActorAsync();
        try
        {
            _uses = await History.UsesAsync(_actor, Dataset.Id, CancellationToken.None);
        }
        catch (HubException gone) when (gone.Refusal == Refusal.NotFound)
        {
            // Deleted at this moment; the page around says so.
        }
    }

    private Task RestoreAsync(int number) => TryAsync(async () =>
    {
        var made = await History.RestoreAsync(_actor!, Dataset.Id, number, null, CancellationToken.None);
        Toasts.Add($"v{made} has the rows of v{number} again.", Severity.Success);
    });

    private Task TagAsync((int Number, IReadOnlyList<string> Tags) given) => TryAsync(() => History.TagAsync(_actor!, Dataset.Id, given.Number, given.Tags, CancellationToken.None));

    private async Task DeleteAsync(int number)
    {
        var (actor, dataset) = (_actor!, Dataset);
        var version = Versions.First(v => v.Number == number);
        if (!await TryAsync(() => History.DeleteAsync(actor, dataset.Id, number, CancellationToken.None)))
        {
            return;
        }

        var trash = Trash;
        UndoToast.Offer(Toasts, version.Id, $"{dataset.Name} v{number} is in the trash.", () => trash.RestoreAsync(actor, dataset.WorkspaceId, version.Id, null, CancellationToken.None));
        if (number == Open)
        {
            Navigation.NavigateTo($"/datasets/{dataset.Id:N}?tab=versions");
        }
    }
}
