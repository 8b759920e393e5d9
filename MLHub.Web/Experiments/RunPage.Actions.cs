using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Training;
using MLHub.Web.Components;
using MLHub.Web.Models;
using MudBlazor;

namespace MLHub.Web.Experiments;

public sealed partial class RunPage
{
    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private TrainingService Training { get; set; } = null!;

    private async Task RenameAsync()
    {
        if (await NameDialog.AskAsync(
            Dialogs, new("Rename run", "Save") { Name = _run!.Name },
            async given => await Runs.EditAsync(await ActorAsync(), Id, given.Name, null, null, CancellationToken.None)))
        {
            await LoadAsync();
            _crumbs = [.. _crumbs.SkipLast(1), new(_run.Name, null)];
        }
    }

    private async Task FinishAsync()
    {
        if (await TryAsync(async () => await Runs.FinishAsync(await ActorAsync(), Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task CancelAsync()
    {
        if (_run!.IsTrial)
        {
            await SkipAsync(Id);
            return;
        }

        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Cancel run", _run.IsExternal ? "MLHub marks it as cancelled; its program learns of it with its next report." : "It stops and keeps no model. To keep the best one so far, choose “Finish now” instead.", "Cancel the run")
            && await TryAsync(async () => await Runs.CancelAsync(await ActorAsync(), Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task SkipAsync(Guid trial)
    {
        if (await TryAsync(async () => await Runs.CancelAsync(await ActorAsync(), trial, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task RerunAsync()
    {
        TrainingStarted? started = null;
        if (await TryAsync(async () => started = await Training.RerunAsync(await ActorAsync(), Id, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/runs/{started!.RunId:N}");
        }
    }

    private async Task DeleteAsync()
    {
        IReadOnlyList<string> consequences = _run!.IsExternal
            ? ["Its files go with it. It can be restored from the trash of the experiment."]
            : _run.IsTrial
            ? ["Its search keeps its other trials."]
            : _registered is null
            ? ["Its model is not saved anywhere else."]
            : [$"{_registered.Name} v{_registered.Version}, made from it, stays."];
        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Delete run", $"“{_run!.Name}” goes to the trash, with its metrics, curves and predictions.", "Delete", consequences)
            && await TryAsync(async () => await Runs.DeleteAsync(await ActorAsync(), Id, CancellationToken.None)))
        {
            Navigation.NavigateTo($"/experiments/{_run.ExperimentId:N}");
        }
    }

    private async Task TagAsync(KeyValuePair<string, string> tag)
    {
        if (await TryAsync(async () => await Runs.TagAsync(await ActorAsync(), Id, new Dictionary<string, string> { [tag.Key] = tag.Value }, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task UntagAsync(string key)
    {
        if (await TryAsync(async () => await Runs.UntagAsync(await ActorAsync(), Id, key, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task NoteAsync(string note)
    {
        if (await TryAsync(async () => await Runs.EditAsync(await ActorAsync(), Id, null, note, null, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task ArchiveAsync()
    {
        if (await TryAsync(async () => await Runs.ArchiveAsync(await ActorAsync(), Id, _run!.ArchivedAt is null, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task RemoveFileAsync(string path)
    {
        if (await Components.Dialogs.ConfirmAsync(Dialogs, "Delete file", $"“{path}” is taken from the run. This cannot be undone.", "Delete")
            && await TryAsync(async () => await Artifacts.DeleteAsync(await ActorAsync(), Id, path, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task SaveAsync()
    {
        IReadOnlyList<ModelView> models = [];
        if (!await TryAsync(async () => models = (await Models.ListAsync(await ActorAsync(), _run!.WorkspaceId, null, new(200), CancellationToken.None)).Items))
        {
            return;
        }

        var task = _run!.Training.Configuration.Task;
        var saved = await SaveModelDialog.AskAsync(Dialogs, [.. models.Where(m => m.Task == task)], _run.Training.Dataset.Name ?? _run.ExperimentName, ChosenThreshold, SaveVersionAsync);
        if (saved is not null)
        {
            Navigation.NavigateTo($"/models/{saved.ModelId:N}");
        }
    }

    /// <summary>Another threshold than the evaluation's own goes with the version.</summary>
    private double? ChosenThreshold => _run?.Configuration?.Task == TrainingTask.Binary && Threshold is >= 0 and <= 1 ? Threshold : null;

    private async Task<ModelVersionView> SaveVersionAsync(SaveModelChoice choice)
    {
        var actor = await ActorAsync();
        var modelId = choice.ModelId ?? (await Models.CreateAsync(actor, _run!.WorkspaceId, choice.NewName!, null, _run.Training.Configuration.Task, CancellationToken.None)).Id;
        return await Models.AddVersionAsync(actor, modelId, Id, choice.Description, ChosenThreshold, CancellationToken.None);
    }
}
