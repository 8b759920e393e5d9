using Microsoft.AspNetCore.Components;

namespace MLHub.Web.Components;

/// <summary>The state of a run, job, dataset version or worker: the same colour, icon and word wherever it is shown.</summary>
public sealed partial class StateChip : ComponentBase
{
    /// <summary>queued, starting, running, finishing, importing, making, ready, finished, succeeded, failed, cancelled, skipped, lost or draft; of a worker online, draining, awaited, offline or outdated.</summary>
    [Parameter, EditorRequired]
    public string State { get; set; } = "";

    /// <summary>More about it, on hover.</summary>
    [Parameter]
    public string? Title { get; set; }

    private (string Word, string Colour, string? Icon) Look => State.ToUpperInvariant() switch
    {
        "QUEUED" => ("Queued", "amber", HubIcons.Clock),
        "STARTING" => ("Starting", "blue", null),
        "RUNNING" => ("Running", "blue", null),
        "FINISHING" => ("Finishing", "blue", null),
        "IMPORTING" => ("Importing", "blue", null),
        "MAKING" => ("Being made", "blue", null),
        "READY" => ("Ready", "green", HubIcons.Done),
        "FINISHED" => ("Finished", "green", HubIcons.Done),
        "SUCCEEDED" => ("Done", "green", HubIcons.Done),
        "FAILED" => ("Failed", "red", HubIcons.Failed),
        "CANCELLED" => ("Cancelled", "stripe", HubIcons.Ban),
        "SKIPPED" => ("Skipped", "stripe", HubIcons.Ban),
        "LOST" => ("Lost", "purple", HubIcons.Alert),
        "ONLINE" => ("Online", "green", HubIcons.Done),
        "DRAINING" => ("Draining", "amber", HubIcons.Clock),
        "AWAITED" => ("Awaited", "", HubIcons.Clock),
        "OFFLINE" => ("Offline", "purple", HubIcons.Alert),
        "OUTDATED" => ("Other version", "red", HubIcons.Alert),
        "ARCHIVED" => ("Archived", "", HubIcons.Info),
        "DRAFT" => ("Draft", "", HubIcons.Edit),
        _ => (State, "", HubIcons.Info),
    };
}
