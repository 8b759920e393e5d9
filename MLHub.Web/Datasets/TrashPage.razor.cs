using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Usage;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Datasets;

/// <summary>What was deleted in a workspace and may come back; for managers, what fills its storage.</summary>
public sealed partial class TrashPage : HubPage
{
    private const int PageSize = 50;

    private Actor? _actor;
    private WorkspaceView? _workspace;
    private Page<TrashItem>? _page;
    private StorageReport? _storage;
    private string? _failure;

    [Inject]
    public required TrashService Trash { get; set; }

    [Inject]
    public required StorageReportService Storage { get; set; }

    [Inject]
    public required CurrentWorkspace Current { get; set; }

    [Inject]
    public required IDialogService DialogService { get; set; }

    [Inject]
    public required ISnackbar Toasts { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageToken { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _failure = null;
        try
        {
            _actor = await ActorAsync();
            await Current.UseAsync(Slug);
            _workspace = await Current.GetAsync();
            Listen(Topic.Workspace(_workspace.Id));
            _page = await Trash.ListAsync(_actor, _workspace.Id, new(PageSize, PageToken), CancellationToken.None);
            _storage = _workspace.MyRole >= WorkspaceRole.Manager ? await Storage.GetAsync(_actor, _workspace.Id, CancellationToken.None) : null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private static string NameOf(TrashItem item) => item.Number is { } number ? $"{item.Name} v{number}" : item.Name;

    private string Left(TrashItem item)
    {
        var days = (int)Math.Ceiling((item.EndsAt - Time.GetUtcNow().UtcDateTime).TotalDays);
        return days <= 1 ? "within a day" : $"in {days} days";
    }

    private async Task RestoreAsync(TrashItem item)
    {
        try
        {
            await Trash.RestoreAsync(_actor!, _workspace!.Id, item.Id, null, CancellationToken.None);
        }
        catch (HubException taken) when (taken.Code == "NAME_TAKEN")
        {
            var question = new NameQuestion($"{item.Name} needs another name", "Restore") { Name = $"{item.Name} restored" };
            if (!await NameDialog.AskAsync(DialogService, question, given => Trash.RestoreAsync(_actor!, _workspace!.Id, item.Id, given.Name, CancellationToken.None)))
            {
                return;
            }
        }
        catch (HubException refused)
        {
            Toasts.Add(refused.Message, Severity.Error);
            return;
        }

        UndoToast.Withdraw(Toasts, item.Id);
        Toasts.Add($"{NameOf(item)} is back.", Severity.Success);
        await LoadAsync();
    }

    private async Task PurgeAsync(TrashItem item)
    {
        var goes = await Trash.ConsequencesAsync(_actor!, _workspace!.Id, item.Id, CancellationToken.None);
        List<string> consequences = [$"{DatasetWords.Count(goes.Versions, "version", "versions")}, {Format.Bytes(goes.Bytes)}"];
        if (goes.Runs + goes.Models > 0)
        {
            consequences.Add($"{DatasetWords.Count(goes.Runs, "run", "runs")} and {DatasetWords.Count(goes.Models, "model version", "model versions")} stay, with the rows that they learned from.");
        }

        if (await Dialogs.ConfirmAsync(DialogService, $"Delete {NameOf(item)} for ever?", "Nobody can bring it back after this.", "Delete for ever", consequences)
            && await TryAsync(() => Trash.PurgeAsync(_actor!, _workspace!.Id, item.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task EmptyAsync()
    {
        List<string> consequences = [DatasetWords.Count(_storage?.TrashItems ?? 0, "thing in the trash", "things in the trash")];
        if (_storage is { TrashBytes: > 0 } storage)
        {
            consequences.Add($"{Format.Bytes(storage.TrashBytes)} are free again within a day; what runs learned from stays.");
        }

        if (await Dialogs.ConfirmAsync(DialogService, "Empty the trash?", "Nobody can bring these back after this.", "Delete for ever", consequences)
            && await TryAsync(() => Trash.EmptyAsync(_actor!, _workspace!.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
