using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;

namespace MLHub.Web.Components;

/// <summary>
/// Files on their way and their imports, bottom right on every page. The list lives in the page's script, so it survives
/// navigation and a lost circuit; without uploads nothing is shown.
/// </summary>
public sealed partial class UploadPanel : HubPage, IAsyncDisposable
{
    private readonly Dictionary<Guid, JobView> _jobs = [];
    private IReadOnlyList<UploadItem> _items = [];
    private string[] _topics = [];
    private bool _isFolded;
    private IJSObjectReference? _script;
    private DotNetObjectReference<UploadPanel>? _self;

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required JobService Jobs { get; set; }

    [Inject]
    public required DatasetUploadService Uploads { get; set; }

    private string Summary
    {
        get
        {
            var failed = _items.Count(HasFailed);
            var sending = _items.Count(i => i.State is "sending" or "queued");
            var importing = _items.Count(i => i.State == "sent" && !IsOver(i));
            return sending > 0 ? $"Uploading {Files(sending)}"
                : importing > 0 ? $"Importing {Files(importing)}"
                : failed > 0 ? $"{Files(failed)} failed"
                : _items.Any(i => i.State == "paused") ? "Paused"
                : "Ready";
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _script = await UploadScript.ImportAsync(Js);
            await _script.InvokeVoidAsync("connect", _self);
        }
    }

    /// <summary>The script's list has changed.</summary>
    [JSInvokable]
    public async Task ShowAsync(UploadItem[] items)
    {
        var arrived = items.Where(i => i.IsHeld && !_items.Any(k => k.Id == i.Id && k.IsHeld)).ToList();
        _items = items;
        string[] topics = [.. items.Select(i => i.Job).OfType<Guid>().Select(Topic.Job)];
        if (!topics.SequenceEqual(_topics))
        {
            _topics = topics;
            Listen(topics);
            await RefreshAsync();
        }

        StateHasChanged();
        // The only file there is: whoever wants to check it is led to it.
        if (arrived.Count == 1 && items.Length == 1)
        {
            await OpenedAsync(arrived[0]);
            Navigation.NavigateTo($"/uploads/{arrived[0].UploadId}");
        }
    }

    /// <summary>The script needs a ticket before it may send to a workspace.</summary>
    /// <param name="datasetId">The dataset that gets a version; <c>null</c> for a new one.</param>
    [JSInvokable]
    public async Task<UploadTicketAnswer> TicketAsync(string workspaceId, string? datasetId)
    {
        try
        {
            return new(await Uploads.CreateTicketAsync(await ActorAsync(), Guid.Parse(workspaceId), datasetId is null ? null : Guid.Parse(datasetId), CancellationToken.None), null);
        }
        catch (HubException refused)
        {
            return new(null, refused.Message);
        }
    }

    protected override async Task RefreshAsync()
    {
        var actor = await ActorAsync();
        foreach (var jobId in _items.Select(i => i.Job).OfType<Guid>())
        {
            if (_jobs.TryGetValue(jobId, out var known) && known.IsOver)
            {
                continue;
            }

            try
            {
                _jobs[jobId] = await Jobs.GetAsync(actor, jobId, CancellationToken.None);
            }
            catch (HubException refused) when (refused.Refusal == Refusal.NotFound)
            {
                // Deleted meanwhile, or no longer visible to this user: the file has arrived, more is not to be told.
                _jobs.Remove(jobId);
            }
        }
    }

    private async Task AskAsync(string what, UploadItem item)
    {
        if (_script is not null)
        {
            await _script.InvokeVoidAsync(what, item.Id);
        }
    }

    /// <summary>What came of the file is in front of the user now: the line has done its work and would cover the page.</summary>
    private Task OpenedAsync(UploadItem item) => IsOver(item) ? AskAsync("cancel", item) : Task.CompletedTask;

    private async Task ClearAsync()
    {
        foreach (var item in _items)
        {
            await AskAsync("cancel", item);
        }
    }

    private JobView? JobOf(UploadItem item) => item.Job is { } id && _jobs.TryGetValue(id, out var job) ? job : null;

    private bool IsOver(UploadItem item) => item.State == "failed" || item.IsHeld || JobOf(item) is { IsOver: true };

    private bool HasFailed(UploadItem item) => item.State == "failed" || JobOf(item)?.State == JobState.Failed;

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";

    private static string Describe(UploadItem item, JobView? job) => item.State switch
    {
        "queued" => $"Waits · {Format.Bytes(item.Size)}",
        "sending" => DescribeSending(item),
        "paused" => $"Paused at {Format.Percent(item.Share)}",
        "failed" => item.Error ?? "The upload failed.",
        _ when item.IsHeld => "Arrived; nothing is imported yet",
        _ => job?.State switch
        {
            JobState.Succeeded => "Imported",
            JobState.Failed => job.Error ?? "The import failed.",
            JobState.Cancelled => "The import was cancelled.",
            JobState.Running => $"Importing … {job.Stage}",
            JobState.Queued when job.Position > 0 => $"Waits for {job.Position} other {(job.Position == 1 ? "job" : "jobs")}",
            _ => "Importing …",
        },
    };

    private static string DescribeSending(UploadItem item)
    {
        var amount = $"{Format.Bytes(item.Sent)} of {Format.Bytes(item.Size)}";
        if (item.Rate <= 0)
        {
            return item.Sent == 0 ? amount : $"{amount} · waits for the network";
        }

        return item.Sent >= item.Size ? $"{amount} · the server stores it" : $"{amount} · {item.Rate / 1_000_000:0.0} MB/s · {TimeLeft(item)} left";
    }

    // An estimate: tenths of a second would only flicker.
    private static string TimeLeft(UploadItem item) =>
        item.TimeLeft is { TotalSeconds: < 60 and var seconds } ? $"{Math.Ceiling(seconds)} s" : Format.Duration(item.TimeLeft);

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await UploadScript.LeaveAsync(_script, "disconnect");
        _self?.Dispose();
    }
}
