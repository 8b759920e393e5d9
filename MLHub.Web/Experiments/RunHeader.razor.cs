using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

public sealed partial class RunHeader : ComponentBase
{
    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    [Parameter]
    public IReadOnlyList<Crumb> Crumbs { get; set; } = [];

    /// <summary>The model that the run was saved to.</summary>
    [Parameter]
    public RegisteredAs? RegisteredAs { get; set; }

    /// <summary>Jobs before it while it waits.</summary>
    [Parameter]
    public int? Position { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>There is something to keep before its end.</summary>
    [Parameter]
    public bool MayFinish { get; set; } = true;

    [Parameter]
    public EventCallback OnRename { get; set; }

    [Parameter]
    public EventCallback OnFinish { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Parameter]
    public EventCallback OnRerun { get; set; }

    [Parameter]
    public EventCallback OnSave { get; set; }

    [Parameter]
    public EventCallback OnDelete { get; set; }

    [Parameter]
    public EventCallback OnArchive { get; set; }

    private string Doing => Run switch
    {
        { IsStopping: true } => $"Stopping… {Run.Message ?? Run.Stage}",
        { State: RunState.Queued } => Position is > 0 ? $"Waiting: {Position} before it" : "Waiting for a free place",
        { IsExternal: true, State: RunState.Running } => Run.SeenAt is { } seen ? $"Computed elsewhere, last heard of {Format.Ago(seen, Time.GetUtcNow().UtcDateTime)}" : "Computed elsewhere",
        { State: RunState.Lost, SeenAt: { } silent } => $"Nothing was heard of it since {Format.Ago(silent, Time.GetUtcNow().UtcDateTime)}; it may come back",
        { State: RunState.Lost } => "Nothing was heard of its worker for a while; it may come back",
        { Message: { } message } => message,
        { Stage: { } stage } => $"{char.ToUpperInvariant(stage[0])}{stage[1..]}",
        _ => "Starting",
    };

    /// <summary>Seen without opening the tab: how far it is, then how good.</summary>
    private string BrowserTitle => Run.State switch
    {
        RunState.Running when Run.IsExternal => $"▶ {Run.Name}",
        RunState.Running => $"▶ {(int)(Run.Progress * 100)} % {Run.Name}",
        RunState.Finished when MetricWords.Primary(Run) is { } key && Run.Metrics[key].Last is { } value => $"✓ {Format.Metric(value)} {Run.Name}",
        RunState.Finished => $"✓ {Run.Name}",
        RunState.Failed => $"✗ {Run.Name}",
        RunState.Cancelled => $"■ {Run.Name}",
        RunState.Lost => $"? {Run.Name}",
        _ => $"… {Run.Name}",
    };
}
