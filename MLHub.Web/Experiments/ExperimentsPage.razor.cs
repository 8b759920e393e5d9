using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Experiments;

public sealed partial class ExperimentsPage : HubPage
{
    private WorkspaceView? _workspace;
    private Page<ExperimentView>? _page;
    private string? _failure;

    [Inject]
    private ExperimentService Experiments { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    private bool MayEdit => _workspace?.MyRole >= WorkspaceRole.Editor;

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            await Current.UseAsync(Slug);
            _workspace = await Current.GetAsync();
            Listen(Topic.Workspace(_workspace.Id), Topic.Access(_workspace.Id));
            _page = await Experiments.ListAsync(await ActorAsync(), _workspace.Id, Search, new(50, PageToken), CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
            if (IsShut(refused))
            {
                (_workspace, _page) = (null, null);
            }
        }
    }

    private Task SearchAsync(ChangeEventArgs change)
    {
        var text = change.Value?.ToString()?.Trim();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrEmpty(text) ? null : text, ["page"] = null }), replace: true);
        return Task.CompletedTask;
    }

    private async Task CreateAsync()
    {
        var created = await NameDialog.AskAsync(
            Dialogs, new("New experiment", "Create") { HasDescription = true },
            async given => await Experiments.CreateAsync(await ActorAsync(), _workspace!.Id, given.Name, given.Description, CancellationToken.None));
        if (created)
        {
            await LoadAsync();
        }
    }

    private async Task EditAsync(ExperimentView experiment)
    {
        var changed = await NameDialog.AskAsync(
            Dialogs, new("Rename experiment", "Save") { HasDescription = true, Name = experiment.Name, Description = experiment.Description },
            async given => await Experiments.EditAsync(await ActorAsync(), experiment.Id, given.Name, given.Description ?? "", CancellationToken.None));
        if (changed)
        {
            await LoadAsync();
        }
    }

    private async Task DeleteAsync(ExperimentView experiment)
    {
        if (await ExperimentDeletion.ConfirmAsync(Dialogs, experiment)
            && await TryAsync(async () => await Experiments.DeleteAsync(await ActorAsync(), experiment.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
