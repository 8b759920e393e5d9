using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Web.Components;

namespace MLHub.Web.Recipes;

/// <summary>What is done with the whole recipe.</summary>
public sealed partial class RecipePanel
{
    private int? _madeNumber;
    private bool _endsWithMade;
    private DatasetVersionView? _made;
    private JobView? _job;

    private async Task SaveAsync()
    {
        await SaveRecipeDialog.AskAsync(DialogService, new(Dataset.Name, Version.Number, [.. _form.Steps.Where(s => s.Enabled)]), async message =>
        {
            await RequireKeptAsync();
            var started = await Recipes.PrepareAsync(_actor!, Dataset.Id, Version.Number, _form.Steps, message, CancellationToken.None);
            (_madeNumber, _endsWithMade) = (started.VersionNumber, true);
            _revision = await Drafts.MarkSavedAsync(_actor!, Dataset.Id, started.VersionNumber, _revision, CancellationToken.None);
        });
        await FollowMadeAsync();
    }

    /// <summary>Reads how the version is coming along that is made of these steps; once it is ready, they have done their work.</summary>
    private async Task FollowMadeAsync()
    {
        Listen(Topic.Dataset(Dataset.Id));
        if (_madeNumber is not { } number)
        {
            return;
        }

        try
        {
            _made = await Datasets.VersionAsync(_actor!, Dataset.Id, number, CancellationToken.None);
        }
        catch (HubException gone) when (gone.Refusal == Refusal.NotFound)
        {
            _made = null;
            _madeNumber = null;
            return;
        }

        if (_made is { State: DatasetVersionState.Importing, JobId: { } jobId })
        {
            Listen(Topic.Dataset(Dataset.Id), Topic.Job(jobId));
            _job = await Jobs.GetAsync(_actor!, jobId, CancellationToken.None);
        }
        else if (_made.State == DatasetVersionState.Ready && _endsWithMade)
        {
            _endsWithMade = false;
            if (await Drafts.ClearAsync(_actor!, Dataset.Id, _revision, CancellationToken.None))
            {
                (_revision, _basedOn, _kept) = (0, null, DraftState.None);
                _form.Start([]);
            }
            else
            {
                // Another window went on writing: those steps are in no version yet.
                await LoadDraftAsync();
                _madeNumber ??= number;
            }

            TellAddress();
            await ComputeAsync(TimeSpan.Zero);
        }
    }

    private async Task DismissMadeAsync()
    {
        (_made, _madeNumber) = (null, null);
        if (_form.Entries.Count > 0)
        {
            // Kept anew, the draft forgets the version.
            await KeepNowAsync(null);
        }
    }

    private Task CancelAsync() => TryAsync(() => Jobs.CancelAsync(_actor!, _made!.JobId!.Value, CancellationToken.None));

    private Task SaveTemplateAsync() => NameDialog.AskAsync(
        DialogService,
        new("Save as template", "Save") { HasDescription = true, Name = Dataset.Name },
        given => Templates.SaveAsync(_actor!, Dataset.WorkspaceId, given.Name, given.Description, _form.Steps, CancellationToken.None));

    private async Task LoadTemplateAsync()
    {
        if (await RecipeTemplatesDialog.AskAsync(DialogService, _actor!, Dataset.WorkspaceId, _form.Entries.Count > 0) is { } chosen)
        {
            await ChangeAsync(() =>
            {
                if (chosen.Replaces)
                {
                    _form.Replace(chosen.Steps);
                }
                else
                {
                    _form.Append(chosen.Steps);
                }
            });
        }
    }

    private Task ExportAsync() => ExportRecipeDialog.ShowAsync(DialogService, Dataset.Name, _form.Steps);

    private async Task ImportAsync()
    {
        if (await ImportRecipeDialog.AskAsync(DialogService) is { } steps)
        {
            await AppendAsync(steps);
        }
    }

    private Task ClearAsync() => ChangeAsync(_form.Clear);
}
