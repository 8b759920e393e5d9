using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace MLHub.Web.Jobs;

public sealed partial class JobsPage : HubPage
{
    private WorkspaceView? _workspace;
    private Page<JobView>? _page;
    private IReadOnlyDictionary<Guid, JobSubject> _subjects = new Dictionary<Guid, JobSubject>();
    private string? _failure;
    private bool _isAdministrator;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter]
    public string Slug { get; set; } = "";

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
            Listen(Topic.Workspace(_workspace.Id));
            var actor = await ActorAsync();
            _isAdministrator = actor.IsAdministrator;
            var page = await Jobs.ListAsync(actor, _workspace.Id, new(50, PageToken), CancellationToken.None);
            if (page.Items.Any(j => !_subjects.ContainsKey(j.SubjectId)))
            {
                _subjects = await SubjectsAsync(actor, page.Items);
            }

            _page = page;
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task<IReadOnlyDictionary<Guid, JobSubject>> SubjectsAsync(Actor actor, IReadOnlyList<JobView> jobs)
    {
        var runs = await Runs.NamesAsync(actor, [.. jobs.Where(j => j.Kind is TrainingSpec.JobKind or TrialSpec.JobKind).Select(j => j.SubjectId).Distinct()], CancellationToken.None);
        var datasets = await Datasets.NamesAsync(actor, [.. jobs.Where(j => j.Kind is ImportResult.JobKind or BatchSpec.JobKind).Select(j => j.SubjectId).Distinct()], CancellationToken.None);
        return runs.Select(r => (r.Key, Subject: new JobSubject(r.Value, $"/runs/{r.Key:N}")))
            .Concat(datasets.Select(d => (d.Key, Subject: new JobSubject(d.Value, $"/datasets/{d.Key:N}"))))
            .ToDictionary(s => s.Key, s => s.Subject);
    }

    private async Task CancelAsync(JobView job)
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Cancel job", $"The {JobWords.Kind(job.Kind).ToLowerInvariant()} stops and nothing of it is kept.", "Cancel the job")
            && await TryAsync(async () => await Jobs.CancelAsync(await ActorAsync(), job.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}

/// <summary>What a job is about.</summary>
public sealed record JobSubject(string Text, string Href);
