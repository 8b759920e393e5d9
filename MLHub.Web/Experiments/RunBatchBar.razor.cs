using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Experiments;

public sealed partial class RunBatchBar : HubPage
{
    /// <summary>An address has an end; more runs than this are exported by a filter.</summary>
    private const int MaxInAddress = 150;

    private bool _isBusy;

    [Inject]
    private RunService Runs { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Toasts { get; set; } = null!;

    [Parameter, EditorRequired]
    public Guid ExperimentId { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlySet<Guid> Ticked { get; set; } = new HashSet<Guid>();

    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>The table shows what was deleted.</summary>
    [Parameter]
    public bool IsTrash { get; set; }

    /// <summary>The table shows what was archived.</summary>
    [Parameter]
    public bool IsArchive { get; set; }

    /// <summary>Something was done; the table reads anew.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    protected override Task RefreshAsync() => Task.CompletedTask;

    private async Task TagAsync()
    {
        var text = "";
        if (await NameDialog.AskAsync(Dialogs, new("Tag runs", "Tag") { Label = "Tag, or tag: value" }, given =>
        {
            text = given.Name;
            return Task.CompletedTask;
        }))
        {
            // "team: blue" has a value, "baseline" has none.
            var parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
            var tags = new Dictionary<string, string> { [parts[0]] = parts.ElementAtOrDefault(1) ?? "" };
            await ForEachAsync("tagged", (actor, id) => Runs.TagAsync(actor, id, tags, CancellationToken.None));
        }
    }

    private async Task NoteAsync()
    {
        var text = "";
        if (await NameDialog.AskAsync(Dialogs, new("Note on runs", "Save") { Label = "Note", MaxLength = 1000 }, given =>
        {
            text = given.Name;
            return Task.CompletedTask;
        }))
        {
            await ForEachAsync("noted", (actor, id) => Runs.EditAsync(actor, id, null, text, null, CancellationToken.None));
        }
    }

    private Task ArchiveAsync() => ForEachAsync(IsArchive ? "taken back" : "archived", (actor, id) => Runs.ArchiveAsync(actor, id, !IsArchive, CancellationToken.None));

    private Task RestoreAsync() => ForEachAsync("restored", (actor, id) => Runs.RestoreAsync(actor, id, CancellationToken.None));

    private Task StopAsync() => ForEachAsync("asked to stop", (actor, id) => Runs.CancelAsync(actor, id, CancellationToken.None));

    private async Task DeleteAsync()
    {
        if (await Components.Dialogs.ConfirmAsync(
            Dialogs, "Delete runs", $"{Format.Count(Ticked.Count)} {(Ticked.Count == 1 ? "run goes" : "runs go")} to the trash.", "Delete", ["Runs that are still going on stay.", "Model versions made from them stay."]))
        {
            await ForEachAsync("deleted", (actor, id) => Runs.DeleteAsync(actor, id, CancellationToken.None));
        }
    }

    /// <summary>Does it to each; what is refused does not hold up the others and is told with its reason.</summary>
    private async Task ForEachAsync(string done, Func<Actor, Guid, Task> action)
    {
        _isBusy = true;
        var actor = await ActorAsync();
        var count = 0;
        string? refusal = null;
        foreach (var id in Ticked)
        {
            try
            {
                await action(actor, id);
                count++;
            }
            catch (HubException refused)
            {
                refusal = refused.Message;
            }
        }

        _isBusy = false;
        Toasts.Add(
            refusal is null ? $"{Format.Count(count)} {done}" : $"{Format.Count(count)} of {Format.Count(Ticked.Count)} {done}. {refusal}",
            refusal is null ? Severity.Success : Severity.Warning);
        await OnDone.InvokeAsync();
    }
}
