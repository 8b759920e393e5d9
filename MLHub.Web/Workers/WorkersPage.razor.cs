using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Workers;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Workers;

/// <summary>For administrators: which machines compute for this server, what each does, and whether it goes on.</summary>
public sealed partial class WorkersPage : HubPage
{
    /// <summary>Silence is no news: whether a worker still is there has to be looked at.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _gone = new();
    private Page<WorkerView>? _page;
    private string? _failure;

    [Inject]
    private WorkerService Workers { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private IOptions<JobOptions> Options { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    private string Alone => Options.Value.Slots > 0
        ? $"This server computes {(Options.Value.Slots == 1 ? "one job" : $"{Options.Value.Slots} jobs")} at a time itself. Workers on other machines take some of them over."
        : "This server computes nothing itself: jobs wait until there is a worker.";

    public override void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        base.Dispose();
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = LookAsync(_gone.Token);
        }
    }

    private static string StateOf(WorkerView worker) => worker switch
    {
        { LastSeenAt: null } => "awaited",
        { IsAlive: false } => "offline",
        { IsOutdated: true } => "outdated",
        { IsDraining: true } => "draining",
        _ => "online",
    };

    private static string? WhyOf(WorkerView worker) => StateOf(worker) switch
    {
        "awaited" => "It never came. Start it with the command that was shown with its token.",
        "outdated" => "It runs another version of MLHub than this server and gets no jobs.",
        "draining" => "It ends what it has and gets nothing new.",
        _ => null,
    };

    private static string ShortVersion(WorkerView worker) => worker.Facts?.Version is { } version ? version.Split('+') is [var number, { Length: > 7 } commit] ? $"{number}+{commit[..7]}" : version : "–";

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            _page = await Workers.ListAsync(actor, new(50, PageToken), CancellationToken.None);
            Listen(Topic.Workers);
            _failure = null;
        }
        catch (HubException refused)
        {
            _page = null;
            _failure = refused.Message;
        }
    }

    private async Task AddAsync()
    {
        await WorkerDialog.ShowAsync(Dialogs);
        await LoadAsync();
    }

    private async Task DrainAsync(WorkerView worker, bool isDraining)
    {
        if (await TryAsync(async () => await Workers.DrainAsync(await ActorAsync(), worker.Id, isDraining, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }

    private async Task RemoveAsync(WorkerView worker)
    {
        var text = worker.Jobs.Count == 0
            ? "Its token is refused at once, and it ends."
            : "Its token is refused at once, and it ends. What it works on begins anew on another one; drain it first if that would be a loss.";
        if (await Components.Dialogs.ConfirmAsync(Dialogs, $"Remove {worker.Name}", text, "Remove")
            && await TryAsync(async () => await Workers.RemoveAsync(await ActorAsync(), worker.Id, CancellationToken.None)))
        {
            await LoadAsync();
        }
    }
}
