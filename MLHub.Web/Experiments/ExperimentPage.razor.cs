using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Experiments;

public sealed partial class ExperimentPage : HubPage
{
    private ExperimentView? _experiment;
    private Page<RunView>? _page;
    private IReadOnlyList<Crumb> _crumbs = [];
    private string _workspacePath = "";
    private string? _failure;

    [Inject]
    private ExperimentService Experiments { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private TrainingService Training { get; set; } = null!;

    [Inject]
    private WorkspaceService Workspaces { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    private bool MayEdit => _experiment?.MyRole >= WorkspaceRole.Editor;

    /// <summary>Starts from what the newest run was told.</summary>
    private string? TrainAgain => _page?.Items.FirstOrDefault(r => !r.IsExternal && r.Dataset is { Name: not null }) is { Dataset: { } data } newest
        ? $"/datasets/{data.Id:N}/train?from={newest.Id:N}&experiment={Id:N}"
        : null;

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            var experiment = await Experiments.GetAsync(actor, Id, CancellationToken.None);
            if (_experiment?.WorkspaceId != experiment.WorkspaceId)
            {
                var workspace = await Workspaces.GetAsync(actor, experiment.WorkspaceId, CancellationToken.None);
                await Current.UseAsync(workspace.Slug);
                _workspacePath = $"/w/{workspace.Slug}";
                _crumbs = [new(workspace.Name, _workspacePath), new("Experiments", $"{_workspacePath}/experiments"), new(experiment.Name, null)];
                Listen(Topic.Workspace(experiment.WorkspaceId));
            }

            _page = await Runs.SearchAsync(actor, Id, new() { Page = new(50, PageToken) }, CancellationToken.None);
            _experiment = experiment;
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task EditAsync()
    {
        var changed = await NameDialog.AskAsync(
            Dialogs, new("Rename experiment", "Save") { HasDescription = true, Name = _experiment!.Name, Description = _experiment.Description },
            async given => await Experiments.EditAsync(await ActorAsync(), Id, given.Name, given.Description ?? "", CancellationToken.None));
        if (changed)
        {
            await LoadAsync();
            _crumbs = [.. _crumbs.SkipLast(1), new(_experiment!.Name, null)];
        }
    }

    private async Task DeleteAsync()
    {
        if (await ExperimentDeletion.ConfirmAsync(Dialogs, _experiment!)
            && await TryAsync(async () => await Experiments.DeleteAsync(await ActorAsync(), Id, CancellationToken.None)))
        {
            Navigation.NavigateTo($"{_workspacePath}/experiments");
        }
    }

    private async Task RenameRunAsync(RunView run)
    {
        if (await NameDialog.AskAsync(
            Dialogs, new("Rename run", "Save") { Name = run.Name },
            async given => await Runs.EditAsync(await ActorAsync(), run.Id, given.Name, null, null, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task RerunAsync(RunView run)
    {
        TrainingStarted? started = null;
        if (await TryAsync(async () => started = await Training.RerunAsync(await ActorAsync(), run.Id, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/runs/{started!.RunId:N}");
        }
    }

    private async Task CancelRunAsync(RunView run)
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Cancel run", $"“{run.Name}” stops and keeps no model.", "Cancel the run")
            && await TryAsync(async () => await Runs.CancelAsync(await ActorAsync(), run.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task DeleteRunAsync(RunView run)
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Delete run", $"“{run.Name}” goes to the trash, with its metrics, curves and predictions.", "Delete", ["Model versions made from it stay."])
            && await TryAsync(async () => await Runs.DeleteAsync(await ActorAsync(), run.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
