using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Experiments;

/// <summary>The runs of an experiment. How the table is arranged and changed stands in <c>ExperimentPage.Table.cs</c>.</summary>
public sealed partial class ExperimentPage : HubPage
{
    /// <summary>Of fewer runs it costs little to ask anew each time which fields they have.</summary>
    private const int CheapRuns = 1000;

    /// <summary>Which fields there are changes seldom, and is dear to ask of ten thousand runs.</summary>
    private static readonly TimeSpan FieldsInterval = TimeSpan.FromSeconds(3);

    private ExperimentView? _experiment;
    private IReadOnlyList<Crumb> _crumbs = [];
    private string _workspacePath = "";
    private string? _failure;
    private string? _trainAgain;

    [Inject]
    private ExperimentService Experiments { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private RunSearch Search { get; set; } = null!;

    [Inject]
    private RunTableService Tables { get; set; } = null!;

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

    private bool MayEdit => _experiment?.MyRole >= WorkspaceRole.Editor;

    private string Snippet => LoggingSnippet.Python(Navigation.BaseUri, Id);

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private Task LoadAsync() => LoadAsync(isAsked: false);

    private async Task LoadAsync(bool isAsked)
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
                Listen(Topic.Workspace(experiment.WorkspaceId), Topic.Access(experiment.WorkspaceId));
            }

            await ArrangeAsync(actor, isAsked);
            _experiment = experiment;
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
            if (IsShut(refused))
            {
                Forget();
            }
        }
    }

    /// <summary>Nothing stays of an experiment that may no longer be seen.</summary>
    private void Forget()
    {
        (_experiment, _rows, _peeked, _trainAgain, _crumbs, _isArranged, _fieldsAt) = (null, null, null, null, [], false, 0);
        (_listed, _held, _heldWords, _isBelow) = ([], null, null, false);
        _ticked = new HashSet<Guid>();
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
}
